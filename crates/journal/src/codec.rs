//! The frame of a batch: a CBOR header, then one CBOR item an event (a CBOR sequence, RFC 8742).

use minicbor::{Decode, Decoder, Encode, Encoder};
use types::{CellId, Instant, TenantId};

/// The version of every format of this crate: batch frame, chain, segment, data folder.
pub const FORMAT_VERSION: u32 = 1;

/// Items of the header array.
const HEADER_ITEMS: u64 = 5;

/// Events of one cell that were stamped at one instant and become durable together.
///
/// `E` is the event type; only its CBOR form matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<E> {
    cell: CellId,
    first_seq: u64,
    at: Instant,
    /// Runs of events of one tenant, in order.
    tenants: Vec<(TenantId, u32)>,
    events: Vec<E>,
}

/// One event with everything that its batch knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Its sequence number in the cell, dense from 1.
    pub seq: u64,
    /// When it was stamped.
    pub at: Instant,
    /// The cell it happened in.
    pub cell: CellId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// What happened.
    pub event: E,
}

/// The bytes of a batch, ready to be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    first_seq: u64,
    count: u32,
    payload: Vec<u8>,
}

/// Why a batch cannot be written as bytes, or bytes are not a batch.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// A batch holds at least one event and at most `u32::MAX`.
    #[error("a batch holds between 1 and {} events, not {count}", u32::MAX)]
    Count {
        /// How many there are.
        count: usize,
    },
    /// An event could not be encoded.
    #[error("event {seq} cannot be encoded: {reason}")]
    Encode {
        /// The event's sequence number.
        seq: u64,
        /// What its encoder says.
        reason: String,
    },
    /// Written by another version of this format.
    #[error("a batch of format version {found} was found, this program reads version {FORMAT_VERSION}")]
    Version {
        /// The version in the header.
        found: u32,
    },
    /// The header is not one of a batch.
    #[error("the header of a batch cannot be read: {reason}")]
    Header {
        /// What is wrong with it.
        reason: String,
    },
    /// An event could not be decoded.
    #[error("event {seq} cannot be decoded: {source}")]
    Event {
        /// The event's sequence number.
        seq: u64,
        /// What its decoder says.
        source: minicbor::decode::Error,
    },
    /// Bytes follow the last event.
    #[error("{bytes} bytes follow the last event of the batch that starts at event {first_seq}")]
    Trailing {
        /// Sequence number of the first event.
        first_seq: u64,
        /// How many bytes.
        bytes: usize,
    },
}

impl<E> Batch<E> {
    /// An empty batch of `cell` whose first event will be `first_seq`, all stamped `at`.
    pub fn new(cell: CellId, first_seq: u64, at: Instant) -> Self {
        Self { cell, first_seq, at, tenants: Vec::new(), events: Vec::new() }
    }

    /// Adds an event of `tenant`.
    pub fn push(&mut self, tenant: TenantId, event: E) {
        self.events.push(event);
        match self.tenants.last_mut() {
            Some((last, count)) if *last == tenant && *count < u32::MAX => *count += 1,
            _ => self.tenants.push((tenant, 1)),
        }
    }

    /// The cell.
    pub fn cell(&self) -> CellId {
        self.cell
    }

    /// Sequence number of its first event.
    pub fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// When its events were stamped.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Its events, in order.
    pub fn events(&self) -> &[E] {
        &self.events
    }

    /// Its events, to complete what their bytes do not hold.
    pub fn events_mut(&mut self) -> &mut [E] {
        &mut self.events
    }

    /// Has nothing happened?
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Every event with its sequence number, stamp, cell and tenant.
    pub fn recorded(&self) -> impl Iterator<Item = Recorded<&E>> {
        let (at, cell) = (self.at, self.cell);
        let seqs = self.first_seq..=u64::MAX;
        let events = self.events.iter().zip(tenants(&self.tenants));
        events.zip(seqs).map(move |((event, tenant), seq)| Recorded { seq, at, cell, tenant, event })
    }

    /// Like [`Batch::recorded`], giving the events away.
    pub fn into_recorded(self) -> impl Iterator<Item = Recorded<E>> {
        let (at, cell) = (self.at, self.cell);
        let seqs = self.first_seq..=u64::MAX;
        let tenants: Vec<TenantId> = tenants(&self.tenants).collect();
        let events = self.events.into_iter().zip(tenants);
        events.zip(seqs).map(move |((event, tenant), seq)| Recorded { seq, at, cell, tenant, event })
    }
}

impl<E: Encode<()>> Batch<E> {
    /// Its bytes.
    pub fn encode(&self) -> Result<Encoded, CodecError> {
        self.encode_into(Vec::new())
    }

    /// Its bytes, in a buffer whose space is used again; what it held is dropped.
    pub fn encode_into(&self, mut buffer: Vec<u8>) -> Result<Encoded, CodecError> {
        let events = self.events.len();
        let count = u32::try_from(events).ok().filter(|count| *count > 0).ok_or(CodecError::Count { count: events })?;
        buffer.clear();
        let mut encoder = Encoder::new(buffer);
        self.encode_header(&mut encoder).map_err(|error| CodecError::Header { reason: error.to_string() })?;
        for (event, seq) in self.events.iter().zip(self.first_seq..) {
            let written = event.encode(&mut encoder, &mut ());
            written.map_err(|error| CodecError::Encode { seq, reason: error.to_string() })?;
        }
        Ok(Encoded { first_seq: self.first_seq, count, payload: encoder.into_writer() })
    }

    fn encode_header(
        &self,
        encoder: &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        encoder.array(HEADER_ITEMS)?.u32(FORMAT_VERSION)?.u32(self.cell.0)?;
        encoder.u64(self.first_seq)?.u64(self.at.as_ms())?;
        encoder.array(self.tenants.len() as u64 * 2)?;
        for (tenant, count) in &self.tenants {
            encoder.u16(tenant.0)?.u32(*count)?;
        }
        Ok(())
    }
}

impl<E: for<'b> Decode<'b, ()>> Batch<E> {
    /// The batch that `payload` holds. Nothing may follow its last event.
    pub fn decode(payload: &[u8]) -> Result<Self, CodecError> {
        let mut decoder = Decoder::new(payload);
        let mut batch = decode_header(&mut decoder)?;
        let count: u64 = batch.tenants.iter().map(|(_, count)| u64::from(*count)).sum();
        // An event takes a byte at least: a header that promises more is not believed before its events are read.
        batch.events.reserve(usize::try_from(count).unwrap_or(usize::MAX).min(payload.len()));
        for offset in 0..count {
            let seq = batch.first_seq.saturating_add(offset);
            batch.events.push(decoder.decode().map_err(|source| CodecError::Event { seq, source })?);
        }
        match payload.len().saturating_sub(decoder.position()) {
            0 => Ok(batch),
            bytes => Err(CodecError::Trailing { first_seq: batch.first_seq, bytes }),
        }
    }
}

impl Encoded {
    /// From bytes that another part of this crate kept.
    pub(crate) fn from_parts(first_seq: u64, count: u32, payload: Vec<u8>) -> Self {
        Self { first_seq, count, payload }
    }

    pub(crate) fn into_parts(self) -> (u64, u32, Vec<u8>) {
        (self.first_seq, self.count, self.payload)
    }

    /// Sequence number of the first event.
    pub fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// How many events.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

fn tenants(runs: &[(TenantId, u32)]) -> impl Iterator<Item = TenantId> {
    runs.iter().flat_map(|(tenant, count)| std::iter::repeat_n(*tenant, *count as usize))
}

fn decode_header<E>(decoder: &mut Decoder<'_>) -> Result<Batch<E>, CodecError> {
    let malformed = |error: minicbor::decode::Error| CodecError::Header { reason: error.to_string() };
    let items = decoder.array().map_err(malformed)?;
    let found = decoder.u32().map_err(malformed)?;
    if found != FORMAT_VERSION {
        return Err(CodecError::Version { found });
    }
    if items != Some(HEADER_ITEMS) {
        return Err(CodecError::Header { reason: format!("it has {items:?} items instead of {HEADER_ITEMS}") });
    }
    let cell = CellId(decoder.u32().map_err(malformed)?);
    let first_seq = decoder.u64().map_err(malformed)?;
    let at = Instant::from_ms(decoder.u64().map_err(malformed)?);
    let tenants = decode_tenants(decoder).map_err(malformed)?;
    Ok(Batch { cell, first_seq, at, tenants, events: Vec::new() })
}

fn decode_tenants(decoder: &mut Decoder<'_>) -> Result<Vec<(TenantId, u32)>, minicbor::decode::Error> {
    let items = decoder.array()?.filter(|items| items % 2 == 0 && *items > 0);
    let items = items.ok_or_else(|| minicbor::decode::Error::message("tenants are pairs of tenant and count"))?;
    (0..items / 2)
        .map(|_| match (decoder.u16()?, decoder.u32()?) {
            (_, 0) => Err(minicbor::decode::Error::message("a run of a tenant has at least one event")),
            (tenant, count) => Ok((TenantId(tenant), count)),
        })
        .collect()
}
