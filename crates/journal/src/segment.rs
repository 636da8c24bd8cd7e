//! An archived segment: a header, batches, and a hash over all of it.

use crate::codec::{Encoded, FORMAT_VERSION};
use crate::error::JournalError;
use crate::seal::{Hash, Head, Sealed};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};
use std::path::Path;
use types::CellId;

const MAGIC: &[u8; 8] = b"TESSEG\r\n";
const HEADER_BYTES: usize = 112;
const FRAME_BYTES: usize = 48;
const FOOTER_TAG: &[u8] = b"tessera journal segment\0";

/// What a segment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// The head that its first batch follows.
    pub first: Head,
    /// The head after its last batch.
    pub last: Head,
    /// How many batches it holds.
    pub batches: u64,
}

/// Reads a segment batch by batch. Hashes of batches are for the walk along the chain to check; the segment's own
/// hash is checked when its last batch has been read.
pub struct SegmentReader<R> {
    input: R,
    digest: Sha256,
    place: String,
    info: SegmentInfo,
    head: Head,
    left: u64,
}

impl SegmentInfo {
    /// The file name of this segment: it sorts by its first event.
    pub fn file_name(&self) -> String {
        format!("{:020}-{:020}.seg", self.first.next_seq, self.last.next_seq.saturating_sub(1))
    }
}

/// Writes a segment of `cell` to `output`: `batches` must be those that `info` tells of.
pub(crate) fn write<W: Write>(
    output: W,
    cell: CellId,
    info: &SegmentInfo,
    mut next: impl FnMut() -> Result<Option<Sealed>, JournalError>,
    path: &Path,
) -> Result<W, JournalError> {
    let mut output = Hashing { output, digest: Sha256::new().chain_update(FOOTER_TAG) };
    let failed = |source| JournalError::io("write the segment", path, source);
    output.write(&header(cell, info)).map_err(failed)?;
    while let Some(batch) = next()? {
        output.write(&frame(&batch)).map_err(failed)?;
        output.write(batch.payload()).map_err(failed)?;
    }
    let Hashing { mut output, digest } = output;
    output.write_all(&digest.finalize()).map_err(failed)?;
    Ok(output)
}

impl<R: Read> SegmentReader<R> {
    /// Reads the header of a segment of `cell`. `place` names the segment in errors.
    pub fn open(mut input: R, cell: CellId, place: String) -> Result<Self, JournalError> {
        let mut bytes = [0_u8; HEADER_BYTES];
        input.read_exact(&mut bytes).map_err(|source| unreadable(&place, 0, &source))?;
        let digest = Sha256::new().chain_update(FOOTER_TAG).chain_update(bytes);
        let mut fields = Fields(&bytes);
        let (magic, version, found) = (fields.take::<8>(), fields.u32(), CellId(fields.u32()));
        let (first_seq, next_seq, batches) = (fields.u64(), fields.u64(), fields.u64());
        let first = Head { next_seq: first_seq, hash: Hash::from_bytes(fields.take()) };
        let last = Head { next_seq, hash: Hash::from_bytes(fields.take()) };
        if &magic != MAGIC || version != FORMAT_VERSION || found != cell {
            let what =
                format!("its header is not one of a segment of cell {}, format version {FORMAT_VERSION}", cell.0);
            return Err(JournalError::Corrupt { seq: first_seq, place, what });
        }
        let info = SegmentInfo { first, last, batches };
        Ok(Self { input, digest, place, info, head: first, left: batches })
    }

    /// What its header says.
    pub fn info(&self) -> &SegmentInfo {
        &self.info
    }

    /// How errors name it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The next batch; `None` after the last, when the segment's own hash has been checked.
    pub fn next_batch(&mut self) -> Result<Option<Sealed>, JournalError> {
        if self.left == 0 {
            return self.check_end().map(|()| None);
        }
        let bytes = self.take(FRAME_BYTES)?;
        let mut fields = Fields(&bytes);
        let (first_seq, count, payload_bytes) = (fields.u64(), fields.u32(), fields.u32());
        let hash = Hash::from_bytes(fields.take());
        let payload = self.take(payload_bytes as usize)?;
        let batch = Sealed::from_stored(Encoded::from_parts(first_seq, count, payload), self.head.hash, hash);
        self.head = batch.head();
        self.left -= 1;
        Ok(Some(batch))
    }

    fn take(&mut self, wanted: usize) -> Result<Vec<u8>, JournalError> {
        let mut bytes = Vec::new();
        // `take` keeps a damaged length from reserving gigabytes before the end of the file is noticed.
        let read = self.input.by_ref().take(wanted as u64).read_to_end(&mut bytes);
        read.map_err(|source| unreadable(&self.place, self.head.next_seq, &source))?;
        if bytes.len() < wanted {
            return Err(self.corrupt("the file ends in the middle of a batch"));
        }
        self.digest.update(&bytes);
        Ok(bytes)
    }

    fn check_end(&mut self) -> Result<(), JournalError> {
        let mut footer = Vec::new();
        let read = self.input.by_ref().take(33).read_to_end(&mut footer);
        read.map_err(|source| unreadable(&self.place, self.head.next_seq, &source))?;
        if footer.as_slice() != self.digest.clone().finalize().as_slice() {
            return Err(self.corrupt("the segment's hash does not match its content"));
        }
        if self.head != self.info.last {
            return Err(self.corrupt("its last batch is not the one that its header names"));
        }
        Ok(())
    }

    fn corrupt(&self, what: &str) -> JournalError {
        JournalError::Corrupt { seq: self.head.next_seq, place: self.place.clone(), what: what.to_owned() }
    }
}

/// A writer that hashes what goes through it.
struct Hashing<W> {
    output: W,
    digest: Sha256,
}

impl<W: Write> Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.output.write_all(bytes)
    }
}

/// Big-endian fields of a header whose length is known to suffice.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_first_chunk().expect("headers have a fixed length, read as a whole");
        self.0 = rest;
        *field
    }

    fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.take())
    }
}

fn header(cell: CellId, info: &SegmentInfo) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
    bytes.extend_from_slice(&cell.0.to_be_bytes());
    for number in [info.first.next_seq, info.last.next_seq, info.batches] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(info.first.hash.as_bytes());
    bytes.extend_from_slice(info.last.hash.as_bytes());
    bytes.resize(HEADER_BYTES, 0);
    bytes
}

fn frame(batch: &Sealed) -> Vec<u8> {
    let payload_bytes = u32::try_from(batch.payload().len()).expect("appending refuses payloads of 4 GiB");
    let mut bytes = Vec::with_capacity(FRAME_BYTES);
    bytes.extend_from_slice(&batch.first_seq().to_be_bytes());
    bytes.extend_from_slice(&batch.count().to_be_bytes());
    bytes.extend_from_slice(&payload_bytes.to_be_bytes());
    bytes.extend_from_slice(batch.hash().as_bytes());
    bytes
}

fn unreadable(place: &str, seq: u64, source: &io::Error) -> JournalError {
    JournalError::Corrupt { seq, place: place.to_owned(), what: format!("it cannot be read: {source}") }
}
