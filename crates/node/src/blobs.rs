//! What events name by a hash, fetched before they are applied.

use crate::view::RecoverError;
use engine::Event;
use journal::{Blobs, Hash};

/// Fetches what the event names, if it names something.
pub(crate) fn resolve(event: &mut Event, blobs: &mut dyn Blobs) -> Result<(), RecoverError> {
    let Some(name) = event.blob() else { return Ok(()) };
    let unreadable = |reason: String| RecoverError::Blob { name: name.to_string(), reason };
    let bytes = blobs.get(Hash::from_bytes(name.0))?.ok_or_else(|| unreadable("it is not there".to_owned()))?;
    event.resolve(&bytes).map_err(|error| unreadable(error.to_string()))
}
