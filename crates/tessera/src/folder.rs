//! A data folder: the journal, the vault, and the secrets that belong to them.

use anyhow::{Context, bail};
use journal::{SqliteStore, Store};
use node::{CellSecret, KeptAs, KeyStore, Keyring, OperatorKey, SecretError};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use types::CellId;

/// The cell's secret: every key of the cell comes from it.
const CELL_KEY: &str = "cell.key";
/// The keys that the cell signs with, sealed under a key that comes from its secret.
const SIGNING_KEYS: &str = "signing.keys";
/// The operator's bearer secret, for the first calls.
const OPERATOR_SECRET: &str = "operator.secret";

/// An open data folder.
pub struct Folder {
    /// Its journal and vault.
    pub store: Arc<dyn Store>,
    /// Its cell's secret.
    pub secret: CellSecret,
    /// The keys that it signs with.
    pub keyring: Arc<Keyring>,
    /// The operator's bearer secret.
    pub operator_secret: String,
}

/// The file of the signing keys.
struct KeysFile(PathBuf);

impl KeyStore for KeysFile {
    fn keep(&self, sealed: &str) -> std::io::Result<()> {
        write_whole(&self.0, sealed)
    }
}

/// Opens a data folder, making it when it is not there. Its secret is sealed under the operator's key, where there is one.
pub fn open(path: &Path, cell: CellId, key: Option<&OperatorKey>) -> anyhow::Result<Folder> {
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
    let (secret, kept) = cell_secret(&key_file, key)?;
    let keyring = Arc::new(keyring(&path.join(SIGNING_KEYS), &secret, fresh, kept)?);
    // Only now: a bare secret is what says that the signing keys may still come from it.
    if kept == KeptAs::Bare || (kept == KeptAs::Plain && key.is_some()) {
        keep(&key_file, &secret.kept(key))?;
    }
    let operator_secret = secret_file(&operator_secret_file(path))?;
    Ok(Folder { store, secret, keyring, operator_secret })
}

/// Seals the secret of a stopped cell under another key, or under none.
pub fn rewrap(path: &Path, cell: CellId, old: Option<&OperatorKey>, new: Option<&OperatorKey>) -> anyhow::Result<()> {
    let key_file = path.join(CELL_KEY);
    if !key_file.exists() {
        bail!("{} is not there: this is not the data folder of a cell", key_file.display());
    }
    // Held while the file is changed: no cell runs on it.
    let _store = SqliteStore::open(path, cell)?;
    let (secret, kept) = cell_secret(&key_file, old)?;
    if kept == KeptAs::Bare {
        bail!("this folder was never started since keys are kept apart: start it once, then seal it anew");
    }
    keep(&key_file, &secret.kept(new))
}

/// The cell's secret and the form it was in; drawn when there is none.
fn cell_secret(file: &Path, key: Option<&OperatorKey>) -> anyhow::Result<(CellSecret, KeptAs)> {
    let name = file.display();
    match std::fs::read_to_string(file) {
        Ok(text) => CellSecret::read(&text, key).map_err(|error| match error {
            SecretError::KeyMissing => anyhow::anyhow!(
                "{name} is sealed: give the operator's key with --key-file, TESSERA_KEY_FILE or TESSERA_KEY"
            ),
            SecretError::KeyWrong => anyhow::anyhow!(
                "the operator's key does not open {name}: give the one it was sealed under; no other can take its place"
            ),
            error => anyhow::anyhow!("{name} cannot be read: {error}"),
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = CellSecret::draw();
            keep(file, &secret.kept(key))?;
            Ok((secret, if key.is_some() { KeptAs::Sealed } else { KeptAs::Plain }))
        }
        Err(error) => Err(error).with_context(|| format!("could not read {name}")),
    }
}

fn keyring(file: &Path, secret: &CellSecret, fresh: bool, kept: KeptAs) -> anyhow::Result<Keyring> {
    let name = file.display();
    let store = Arc::new(KeysFile(file.to_path_buf()));
    let ring = match std::fs::read_to_string(file) {
        Ok(sealed) => Keyring::load(secret, &sealed, store),
        Err(error) if error.kind() == ErrorKind::NotFound => match kept {
            _ if fresh => Keyring::draw(secret, store),
            KeptAs::Bare => Keyring::inherit(secret, store),
            KeptAs::Plain | KeptAs::Sealed => {
                bail!("{name} is missing. Without it no token verifies: put it back from your backup")
            }
        },
        Err(error) => return Err(error).with_context(|| format!("could not read {name}")),
    };
    ring.with_context(|| format!("{name} cannot be used"))
}

fn keep(file: &Path, text: &str) -> anyhow::Result<()> {
    write_whole(file, text).with_context(|| format!("could not write {}", file.display()))
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

/// Writes a file that only its owner can read, the whole of it or nothing, under a line's end. The data folder is locked by
/// now, so nobody else is writing it.
pub fn write_whole(path: &Path, secret: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
