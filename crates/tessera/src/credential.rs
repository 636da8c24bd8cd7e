//! `tessera credential`: a bearer secret for a party, of which the cell only ever sees the hash.

use crate::config::RoleName;
use crate::folder::new_secret;
use clap::Args;
use northbound::Credentials;
use types::PartyId;

/// For whom.
#[derive(Args, Debug)]
pub struct New {
    /// What its bearer may do
    #[arg(long)]
    role: RoleName,
    /// The party it acts for, a `pty_…` id
    #[arg(long, value_parser = party_id)]
    party: PartyId,
}

/// Prints the secret and its lines of configuration.
pub fn run(new: &New) -> anyhow::Result<()> {
    let secret = new_secret()?;
    let role = new.role.text();
    println!("# give this to the caller; it is shown only now");
    println!("# Authorization: Bearer {secret}");
    println!("[[credentials]]");
    println!("secret_sha256 = \"{}\"", Credentials::hash(&secret));
    println!("role = \"{role}\"");
    println!("party = \"{}\"", new.party);
    Ok(())
}

/// A party, as the command line names it.
pub fn party_id(text: &str) -> Result<PartyId, String> {
    PartyId::parse(text).map_err(|error| error.to_string())
}
