//! A data folder: the journal, the vault, and the two secrets that belong to them.

use anyhow::{Context, bail};
use journal::{SqliteStore, Store};
use node::CellSecret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use types::CellId;

/// The cell's secret: every key of the cell comes from it.
const CELL_KEY: &str = "cell.key";
/// The operator's bearer secret, for the first calls.
const OPERATOR_SECRET: &str = "operator.secret";

/// An open data folder.
pub struct Folder {
    /// Its journal and vault.
    pub store: Arc<dyn Store>,
    /// Its cell's secret.
    pub secret: CellSecret,
    /// The operator's bearer secret.
    pub operator_secret: String,
}

/// Opens a data folder, making it when it is not there.
pub fn open(path: &Path, cell: CellId) -> anyhow::Result<Folder> {
    std::fs::create_dir_all(path).with_context(|| format!("could not make the data folder {}", path.display()))?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path, cell)?);
    let fresh = store.journal()?.head().next_seq == 1;
    let key_file = path.join(CELL_KEY);
    if !fresh && !key_file.exists() {
        bail!(
            "{} is missing. Without it no token verifies and no personal record opens: put it back from your backup",
            key_file.display()
        );
    }
    let key = secret_file(&key_file)?;
    let Some(key) = unhex(&key) else { bail!("{} must hold 64 hexadecimal digits", key_file.display()) };
    let operator_secret = secret_file(&operator_secret_file(path))?;
    Ok(Folder { store, secret: CellSecret::new(key), operator_secret })
}

/// Where the operator's bearer secret is kept.
pub fn operator_secret_file(path: &Path) -> PathBuf {
    path.join(OPERATOR_SECRET)
}

/// A new secret: 32 random bytes, in hexadecimal.
pub fn new_secret() -> anyhow::Result<String> {
    let mut halves = [[0_u8; 16]; 2];
    let filled = getrandom::fill(halves.as_flattened_mut());
    filled.map_err(|error| anyhow::anyhow!("the operating system gives no random bits: {error}"))?;
    let [first, second] = halves.map(u128::from_be_bytes);
    Ok(format!("{first:032x}{second:032x}"))
}

/// Reads a secret, drawing it when the file is not there. Nobody but its owner can read the file, and it is there as a
/// whole or not at all: nothing is encrypted under a key that a loss of power could take away.
fn secret_file(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = new_secret()?;
            write_whole(path, &secret).with_context(|| format!("could not write {}", path.display()))?;
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

/// The data folder is locked by now, so nobody else is writing it.
fn write_whole(path: &Path, secret: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
