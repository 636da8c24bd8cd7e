//! A data folder: the journal, the vault, and the two secrets that belong to them.

use anyhow::{Context, bail};
use journal::{SqliteStore, Store};
use node::CellSecret;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
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
    let Ok(key) = <[u8; 32]>::try_from(key.as_slice()) else {
        bail!("{} must hold 32 bytes, it holds {}", key_file.display(), key.len());
    };
    let operator = secret_file(&path.join(OPERATOR_SECRET))?;
    let operator_secret = operator.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Folder { store, secret: CellSecret::new(key), operator_secret })
}

/// Where the operator's bearer secret is kept, for people. The file holds the 32 bytes; the bearer form is hexadecimal.
pub fn operator_secret_file(path: &Path) -> std::path::PathBuf {
    path.join(OPERATOR_SECRET)
}

/// Reads 32 secret bytes, drawing them when the file is not there. Nobody but its owner can read the file.
fn secret_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bits: {error}"))?;
            file.write_all(&bytes).and_then(|()| file.sync_all()).with_context(|| format!("could not write {}", path.display()))?;
            Ok(bytes.to_vec())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut bytes = Vec::new();
            let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
            read.with_context(|| format!("could not read {}", path.display()))?;
            Ok(bytes)
        }
        Err(error) => Err(error).with_context(|| format!("could not make {}", path.display())),
    }
}
