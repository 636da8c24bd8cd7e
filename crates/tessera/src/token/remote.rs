//! What only the cell can do: it is asked over its API.

use super::text_of;
use crate::demo::client::{Call, Client};
use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tessera_token::inspect;

/// Entries of a list that are asked for at once: as many as the cell gives.
const PAGE: usize = 200;

/// Which cell, and as whom.
#[derive(Args, Debug)]
pub struct Cell {
    /// Where it serves
    #[arg(long, env = "TESSERA_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// File with the caller's bearer secret
    #[arg(long, env = "TESSERA_SECRET_FILE", value_name = "FILE", default_value = "tessera-data/operator.secret")]
    secret_file: PathBuf,
}

/// Which cell, and as which operator.
#[derive(Args, Debug)]
pub struct Admin {
    /// Where it serves its operator
    #[arg(long, env = "TESSERA_ADMIN_URL", default_value = "http://127.0.0.1:8081")]
    admin_url: String,
    /// File with the operator's bearer secret
    #[arg(long, env = "TESSERA_SECRET_FILE", value_name = "FILE", default_value = "tessera-data/operator.secret")]
    secret_file: PathBuf,
}

/// What to revoke.
#[derive(Args, Debug)]
pub struct Revoke {
    /// The text to revoke with all that was made of it, or `-` for standard input
    #[arg(required_unless_present = "id")]
    token: Option<String>,
    /// Instead of a text: the `tok_…` whose texts are revoked, every one unless `--block` names one
    #[arg(long, conflicts_with = "token")]
    id: Option<String>,
    /// Revocation id of a block of it, 128 hexadecimal digits, as `tessera token inspect` shows it
    #[arg(long, requires = "id")]
    block: Option<String>,
    #[command(flatten)]
    cell: Cell,
}

impl Cell {
    /// Where it serves, and the file with the caller's secret.
    pub fn place(&self) -> (&str, &Path) {
        (&self.url, &self.secret_file)
    }
}

impl Admin {
    /// Where it serves, and the file with the operator's secret.
    pub fn place(&self) -> (&str, &Path) {
        (&self.admin_url, &self.secret_file)
    }

    /// Makes one call; anything but success is an error in the cell's own words.
    pub fn call(&self, call: &Call<'_>) -> anyhow::Result<Value> {
        answered(&self.admin_url, &self.secret_file, call)
    }

    /// Makes one call; status and body of whatever was answered.
    pub fn ask(&self, call: &Call<'_>) -> anyhow::Result<(u16, Value)> {
        asked(&self.admin_url, &self.secret_file, call)
    }

    /// Every entry of a list, asked for page by page. `path` may have a query.
    pub fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let (mut items, mut after) = (Vec::new(), None);
        loop {
            let further = after.map_or(String::new(), |after: String| format!("&after={after}"));
            let joint = if path.contains('?') { '&' } else { '?' };
            let mut answer = self.call(&Call::get(&format!("{path}{joint}limit={PAGE}{further}")))?;
            if let Value::Array(more) = answer["items"].take() {
                items.extend(more);
            }
            match answer["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }

    /// What was answered instead of success, in the cell's own words.
    pub fn problem(status: u16, answer: &Value) -> String {
        let words = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        format!(
            "the cell answered {status} {}: {} Accepted instead: {}",
            words("code"),
            words("detail"),
            words("accepted")
        )
    }
}

fn answered(url: &str, secret_file: &Path, call: &Call<'_>) -> anyhow::Result<Value> {
    match asked(url, secret_file, call)? {
        (200..300, answer) => Ok(answer),
        (status, answer) => bail!(Admin::problem(status, &answer)),
    }
}

fn asked(url: &str, secret_file: &Path, call: &Call<'_>) -> anyhow::Result<(u16, Value)> {
    let secret = std::fs::read_to_string(secret_file);
    let secret = secret.with_context(|| format!("could not read {}", secret_file.display()))?;
    Client::new(url.trim_end_matches('/'), "caller", secret.trim()).call(call)
}

/// Revokes.
pub fn revoke(asked: &Revoke) -> anyhow::Result<()> {
    let (id, body) = match (&asked.token, &asked.id) {
        (Some(token), _) => {
            let text = text_of(token)?;
            let claims = inspect(&text).context("this is not an entitlement")?;
            let grant = claims.grant.context("this is an entitlement of no form that is known")?;
            (grant.ent, json!({ "entitlement": text }))
        }
        (None, Some(id)) => (id.clone(), asked.block.as_ref().map_or(json!({}), |block| json!({ "block": block }))),
        (None, None) => bail!("a text or --id is expected"),
    };
    let revoked =
        answered(&asked.cell.url, &asked.cell.secret_file, &Call::post(&format!("/v1/tokens/{id}/revocations"), body))?;
    let what = revoked["block"]
        .as_str()
        .map_or("every text".to_owned(), |block| format!("block {block} and what was made of it"));
    println!("revoked: {what} of {id}, listed until {}", revoked["until"].as_str().unwrap_or_default());
    Ok(())
}
