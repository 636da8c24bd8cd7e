//! The vault: personal data, each subject under its own wrapped key, erased by deleting its row.

/// What the vault holds of one subject. All of it is opaque here: keys and plain data never reach the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultEntry {
    /// The subject's 128 bits.
    pub subject: u128,
    /// A keyed hash of what the subject is found by, for example a telephone number. Unique.
    pub index_tag: [u8; 32],
    /// The subject's key, encrypted under the cell's.
    pub wrapped_key: Vec<u8>,
    /// The data, encrypted under the subject's key.
    pub sealed: Vec<u8>,
}

/// Why the vault could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The subject, or another one with this index tag, is there already.
    #[error("the subject or its index tag is in the vault already")]
    Exists,
    /// There is no such subject.
    #[error("no such subject is in the vault")]
    Unknown,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] crate::JournalError),
}

/// A handle to the vault. Every change is durable when the call returns.
pub trait VaultStore: Send {
    /// Adds a subject. [`VaultError::Exists`] when the subject or its index tag is taken.
    fn put_subject(&mut self, entry: &VaultEntry) -> Result<(), VaultError>;

    /// The subject that has this index tag.
    fn find(&mut self, index_tag: &[u8; 32]) -> Result<Option<u128>, VaultError>;

    /// What is held of a subject.
    fn get(&mut self, subject: u128) -> Result<Option<VaultEntry>, VaultError>;

    /// Replaces a subject's data. [`VaultError::Unknown`] when there is no such subject.
    fn update_sealed(&mut self, subject: u128, sealed: &[u8]) -> Result<(), VaultError>;

    /// Forgets a subject: afterwards its bytes are in no file of the vault. Not an error when there is none.
    fn erase(&mut self, subject: u128) -> Result<(), VaultError>;
}
