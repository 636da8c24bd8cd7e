//! What events name by a hash, fetched before they are applied.

use crate::view::RecoverError;
use engine::Event;
use engine::capacity::ForecastTable;
use journal::{Blobs, Hash};
use std::sync::Arc;

/// Fetches what the event names, if it names something.
pub(crate) fn resolve(event: &mut Event, blobs: &mut dyn Blobs) -> Result<(), RecoverError> {
    let Some(blob) = event.blob_mut() else { return Ok(()) };
    let name = blob.hash();
    let unreadable = |reason: String| RecoverError::Blob { name: name.to_string(), reason };
    let bytes = blobs.get(Hash::from_bytes(name.0))?.ok_or_else(|| unreadable("it is not there".to_owned()))?;
    let table = ForecastTable::from_bytes(&bytes).map_err(|error| unreadable(error.to_string()))?;
    blob.resolve(Arc::new(table));
    Ok(())
}
