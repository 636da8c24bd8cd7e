//! `tessera client`: a key for a client, of which the cell only ever sees the public half, and what is signed with it.

use crate::config::RoleName;
use crate::credential::party_id;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use node::wall_clock;
use northbound::{ClientKey, Proof};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use types::PartyId;

/// How long an assertion of ours lives: well under what is accepted.
const ASSERTION_S: u64 = 60;

/// What to do for a client.
#[derive(Subcommand, Debug)]
pub enum Do {
    /// Make its key, and the lines of configuration that let it in
    New(New),
    /// Sign an assertion: what it shows the token endpoint
    Assertion(Assertion),
    /// Sign a proof of possession for one request: its `DPoP` header
    Proof(ProofOf),
}

/// For whom.
#[derive(Args, Debug)]
pub struct New {
    /// Its `client_id`
    #[arg(long)]
    id: String,
    /// What it may do
    #[arg(long)]
    role: RoleName,
    /// The party it acts for, a `pty_…` id
    #[arg(long, value_parser = party_id)]
    party: PartyId,
    /// Where its private key is written; the file must be new
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// What to sign.
#[derive(Args, Debug)]
pub struct Assertion {
    /// Its `client_id`
    #[arg(long)]
    id: String,
    /// The file of its private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The address of the token endpoint
    #[arg(long, value_name = "URL")]
    audience: String,
    /// On whose behalf, as `tel:+…`; without it the client says who it is itself
    #[arg(long, requires = "scope")]
    subject: Option<String>,
    /// What for, with a subject: scopes and one purpose
    #[arg(long, requires = "subject")]
    scope: Option<String>,
}

/// What to prove.
#[derive(Args, Debug)]
pub struct ProofOf {
    /// The file of its private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The method of the request
    #[arg(long, default_value = "POST", value_parser = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"])]
    method: String,
    /// The address of the request
    #[arg(long, value_name = "URL")]
    url: String,
    /// The access token that it is sent with; without it the proof is for the token endpoint
    #[arg(long)]
    token: Option<String>,
}

/// Does it.
pub fn run(what: Do) -> anyhow::Result<()> {
    match what {
        Do::New(new) => make(&new),
        Do::Assertion(assertion) => sign(&assertion),
        Do::Proof(proof) => prove(&proof),
    }
}

fn make(new: &New) -> anyhow::Result<()> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| anyhow::anyhow!("the operating system gives no random bits: {error}"))?;
    let key = ClientKey::new(seed).context("no key can be made")?;
    write_new(&new.key, &key.pem()).with_context(|| format!("could not write {}", new.key.display()))?;
    let (file, id) = (new.key.display(), &new.id);
    let scopes = match new.role {
        RoleName::Operator => r#""tessera:operate", "tessera:read""#,
        RoleName::Customer => r#""tessera:read", "tessera:purchase", "tessera:call""#,
        RoleName::Meter => r#""tessera:meter""#,
    };
    println!("# the private key is in {file}: give it to the client, keep no copy");
    println!("# a token: curl $BASE/oauth2/token -d grant_type=client_credentials -d scope=tessera:read \\");
    println!("#   -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\");
    println!(
        "#   -d client_assertion=$(tessera client assertion --id {id} --key {file} --audience $BASE/oauth2/token)"
    );
    println!("[[clients]]");
    println!("id = \"{id}\"");
    println!("role = \"{}\"", new.role.text());
    println!("party = \"{}\"", new.party);
    println!("scopes = [{scopes}]");
    let public = key.public();
    let member = |name: &str| format!("{name} = {}", public[name]);
    let members = ["kty", "crv", "kid", "x"].map(member).join(", ");
    println!("jwks = {{ keys = [{{ {members} }}] }}");
    Ok(())
}

fn sign(wanted: &Assertion) -> anyhow::Result<()> {
    let key = read(&wanted.key)?;
    let now = wall_clock().as_ms() / 1_000;
    let mut claims = json!({
        "iss": wanted.id, "sub": wanted.subject.as_ref().unwrap_or(&wanted.id), "aud": wanted.audience,
        "iat": now, "exp": now + ASSERTION_S, "jti": single_use_id()?,
    });
    if let Some(scope) = &wanted.scope {
        claims["scope"] = json!(scope);
    }
    println!("{}", key.sign(&claims).context("the assertion cannot be signed")?);
    Ok(())
}

fn prove(wanted: &ProofOf) -> anyhow::Result<()> {
    let key = read(&wanted.key)?;
    let address = wanted.url.split(['?', '#']).next().unwrap_or_default();
    let (id, token) = (single_use_id()?, wanted.token.as_deref());
    let proof = Proof { method: &wanted.method, address, token, id: &id, made: wall_clock() };
    println!("{}", key.prove(&proof).context("the proof cannot be signed")?);
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<ClientKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    let Some(key) = ClientKey::of_pem(&text) else {
        bail!("{} is not an Ed25519 private key as `tessera client new` writes it", path.display());
    };
    Ok(key)
}

fn single_use_id() -> anyhow::Result<String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits)
        .map_err(|error| anyhow::anyhow!("the operating system gives no random bits: {error}"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bits)))
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
