//! The place of a delivery: in its lane, after what came before.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use std::fmt;

const LANE: usize = 16;
const LEN: usize = LANE + 8 + 4;

/// Which delivery; ordered as its lane sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryKey {
    /// Whose order it keeps: a webhook, or a session.
    pub lane: u128,
    /// The event that it tells of, or that came next when it was asked for.
    pub seq: u64,
    /// 0 for the event itself; anything else for what was asked for besides.
    pub part: u32,
}

impl DeliveryKey {
    /// As its record is found by; bytes are ordered as keys are.
    pub fn to_bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..LANE].copy_from_slice(&self.lane.to_be_bytes());
        bytes[LANE..LANE + 8].copy_from_slice(&self.seq.to_be_bytes());
        bytes[LANE + 8..].copy_from_slice(&self.part.to_be_bytes());
        bytes
    }

    /// From such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (lane, rest) = bytes.split_first_chunk::<LANE>()?;
        let (seq, part) = rest.split_first_chunk::<8>()?;
        let part = part.try_into().ok()?;
        let (lane, seq) = (u128::from_be_bytes(*lane), u64::from_be_bytes(*seq));
        Some(Self { lane, seq, part: u32::from_be_bytes(part) })
    }

    /// From its text form.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("dlv_")?;
        let sound = digits.len() == 2 * LEN && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let part = |range: std::ops::Range<usize>| digits.get(range).filter(|_| sound);
        Some(Self {
            lane: u128::from_str_radix(part(0..32)?, 16).ok()?,
            seq: u64::from_str_radix(part(32..48)?, 16).ok()?,
            part: u32::from_str_radix(part(48..56)?, 16).ok()?,
        })
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dlv_{:032x}{:016x}{:08x}", self.lane, self.seq, self.part)
    }
}

impl<C> Encode<C> for DeliveryKey {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for DeliveryKey {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: [u8; LEN] = ByteArray::decode(d, ctx)?.into();
        Self::from_bytes(&bytes).ok_or_else(|| minicbor::decode::Error::message("the key of a delivery"))
    }
}
