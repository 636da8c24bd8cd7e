//! What takes no cell: looking in, verifying, narrowing, passing on, proving.

use super::clauses::{Clauses, h3_index};
use super::text_of;
use crate::folder::new_secret;
use anyhow::{Context, bail};
use clap::Args;
use node::wall_clock;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tessera_token::{
    HolderKey, KeySet, Possession, Request, RequestDigest, RevocationList, RevocationPage, attenuate, delegate,
    inspect, parse_and_lint, prove,
};

/// What it is verified for.
#[derive(Args, Debug)]
pub struct Verify {
    /// The text, or `-` for standard input
    token: String,
    /// Published key set (the JSON of `GET /v1/keys`)
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Published list of revocations (the JSON of `GET /v1/revocations`); once for each page
    #[arg(long, value_name = "FILE")]
    revocations: Vec<PathBuf>,
    /// What is to be done with it
    #[arg(long, default_value = "activate")]
    op: String,
    /// Capability that is called
    #[arg(long, default_value = "experience")]
    capability: String,
    /// QoS profile that is called
    #[arg(long)]
    qos: Option<String>,
    /// Pseudonym of the device that calls
    #[arg(long)]
    device: Option<String>,
    /// H3 cell it is called in, in hexadecimal
    #[arg(long, value_parser = h3_index)]
    cell: Option<u64>,
    /// Time to verify for, in ms since the Unix epoch [default: now]
    #[arg(long)]
    at_ms: Option<u64>,
    /// The holder's proof, for a text that has a holder
    #[arg(long)]
    proof: Option<String>,
    #[command(flatten)]
    request: ProvenRequest,
}

/// The request that a proof is for.
#[derive(Args, Debug)]
pub struct ProvenRequest {
    /// Method of the request that the proof is for
    #[arg(long, default_value = "POST")]
    method: String,
    /// Its path, with the query
    #[arg(long, default_value = "/v1/sessions")]
    target: String,
    /// File with its body [default: none]
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
}

/// What to take away.
#[derive(Args, Debug)]
pub struct Attenuate {
    /// The text, or `-` for standard input
    token: String,
    #[command(flatten)]
    clauses: Clauses,
}

/// Where to keep the key.
#[derive(Args, Debug)]
pub struct NewHolder {
    /// File for the secret; it must not be there
    file: PathBuf,
}

/// To whom to pass it on.
#[derive(Args, Debug)]
pub struct Delegate {
    /// The text, or `-` for standard input
    token: String,
    /// File with the current holder's secret, from `new-holder`
    #[arg(long, value_name = "FILE")]
    holder_key: PathBuf,
    /// Public key of the next holder, 64 hexadecimal digits
    #[arg(long, value_name = "KEY", value_parser = public_key)]
    to: PublicKey,
    #[command(flatten)]
    clauses: Clauses,
}

/// Which use to prove.
#[derive(Args, Debug)]
pub struct Prove {
    /// The text, or `-` for standard input
    token: String,
    /// File with the holder's secret, from `new-holder`
    #[arg(long, value_name = "FILE")]
    holder_key: PathBuf,
    #[command(flatten)]
    request: ProvenRequest,
}

/// The 32 bytes of a public key.
#[derive(Clone, Copy, Debug)]
pub struct PublicKey([u8; 32]);

/// Shows what is inside.
pub fn inspect_text(token: &str) -> anyhow::Result<()> {
    let inspection = inspect(&text_of(token)?).context("this is not an entitlement")?;
    println!("{}", serde_json::to_string_pretty(&inspection)?);
    Ok(())
}

/// Verifies for one request.
pub fn verify_text(asked: Verify) -> anyhow::Result<()> {
    let text = text_of(&asked.token)?;
    let keys = read(&asked.keys)?;
    let keys = KeySet::parse(&keys).with_context(|| format!("{} is not a key set", asked.keys.display()))?;
    let at_ms = asked.at_ms.unwrap_or_else(|| wall_clock().as_ms());
    let revoked = revocations(&asked.revocations, &keys, at_ms)?;
    let digest = asked.request.digest()?;
    let Verify { op, capability, qos, device, cell, proof, .. } = asked;
    let request = Request { op, capability, qos, device, cell, ..Request::default() };
    let linted = parse_and_lint(&text, &keys)?;
    let verified = match proof {
        None => linted.authorize(&request, at_ms, &revoked)?,
        Some(proof) => {
            linted.authorize_held(&request, at_ms, &revoked, Possession { proof: &proof, request: digest })?.0
        }
    };
    println!("verified: {} may be used for this", verified.ent);
    Ok(())
}

/// The whole list: every page from the first to the last, signed by a published key and not out of date.
fn revocations(files: &[PathBuf], keys: &KeySet, at_ms: u64) -> anyhow::Result<RevocationList> {
    let mut list = RevocationList::default();
    let mut pages = Vec::new();
    for file in files {
        let page = RevocationPage::verify(&read(file)?, keys);
        let page = page.with_context(|| format!("{} cannot be trusted", file.display()))?;
        if at_ms >= page.next_update_ms {
            bail!("{} is out of date: a newer list was due at {} ms", file.display(), page.next_update_ms);
        }
        list.add(&page)?;
        pages.push((page.after, page.next));
    }
    let first = (!pages.is_empty()).then_some(&None);
    for wanted in first.into_iter().chain(pages.iter().map(|(_, next)| next).filter(|next| next.is_some())) {
        if !pages.iter().any(|(after, _)| after == wanted) {
            let page =
                wanted.as_ref().map_or("the first page".to_owned(), |after| format!("the page `?after={after}`"));
            bail!("{page} of the list of revocations is missing: give --revocations once for each page");
        }
    }
    Ok(list)
}

/// Narrows, and prints the child.
pub fn attenuate_text(asked: &Attenuate) -> anyhow::Result<()> {
    let narrowing = asked.clauses.narrowing()?;
    if narrowing.clauses.is_empty() {
        bail!("nothing is taken away: give at least one restriction, for example --op activate");
    }
    println!("{}", attenuate(&text_of(&asked.token)?, &narrowing)?);
    Ok(())
}

/// Draws a holder's key.
pub fn new_holder(asked: &NewHolder) -> anyhow::Result<()> {
    let secret = new_secret()?;
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&asked.file);
    let mut file = created.with_context(|| format!("could not make {}", asked.file.display()))?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    let public = HolderKey::new(bytes_of(&secret).context("a secret is 64 hexadecimal digits")?).public_key();
    println!("{}", public.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")));
    Ok(())
}

/// Passes on, and prints the child.
pub fn delegate_text(asked: &Delegate) -> anyhow::Result<()> {
    let narrowing = asked.clauses.narrowing()?;
    let holder = holder_key(&asked.holder_key)?;
    println!("{}", delegate(&text_of(&asked.token)?, &holder, asked.to.0, &narrowing)?);
    Ok(())
}

/// Proves a use.
pub fn prove_use(asked: &Prove) -> anyhow::Result<()> {
    let holder = holder_key(&asked.holder_key)?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(|error| anyhow::anyhow!("no random bits: {error}"))?;
    let (text, digest) = (text_of(&asked.token)?, asked.request.digest()?);
    println!("{}", prove(&text, &holder, digest, wall_clock().as_ms(), nonce));
    Ok(())
}

impl ProvenRequest {
    fn digest(&self) -> anyhow::Result<RequestDigest> {
        let body = self
            .body
            .as_ref()
            .map(|file| std::fs::read(file).with_context(|| format!("could not read {}", file.display())));
        Ok(RequestDigest::of(&self.method, &self.target, &body.transpose()?.unwrap_or_default()))
    }
}

fn holder_key(file: &Path) -> anyhow::Result<HolderKey> {
    let secret = bytes_of(read(file)?.trim());
    secret.map(HolderKey::new).with_context(|| format!("{} must hold 64 hexadecimal digits", file.display()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    bytes_of(text)
        .map(PublicKey)
        .ok_or_else(|| "a public key has 64 hexadecimal digits; `new-holder` prints one".to_owned())
}

fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
