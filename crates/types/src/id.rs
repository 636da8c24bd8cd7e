//! Typed ids with a visible prefix, all made by one macro.
//!
//! An id is 128 bits, written `prefix_` + 26 characters of Crockford's base 32. Ids that name a live object are
//! made from a stamp and sort by time, like a version 7 UUID (RFC 9562 §5.7), so that the same 128 bits can be
//! shown as a UUID where a standard asks for one (CAMARA `sessionId`).

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    /// The prefix that was wanted, for example `tok_`.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The visible prefix.
            pub const PREFIX: &'static str = $prefix;

            /// From its 128 bits.
            pub const fn from_u128(bits: u128) -> Self {
                Self(bits)
            }

            /// Its 128 bits.
            pub const fn as_u128(self) -> u128 {
                self.0
            }

            /// From its text form.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix).and_then(decode).map(Self).ok_or(IdError { prefix: $prefix })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                encode(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0.to_be_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes: [u8; 16] = ByteArray::decode(d, ctx)?.into();
                Ok(Self(u128::from_be_bytes(bytes)))
            }
        }
    )*};
}

ids! {
    /// An operator, customer or partner.
    PartyId = "pty_";
    /// Something that is sold.
    OfferingId = "off_";
    /// A firm, expiring offer.
    QuoteId = "quo_";
    /// A purchase.
    OrderId = "ord_";
    /// A token: the entitlement that was bought.
    TokenId = "tok_";
    /// A token being called.
    SessionId = "ses_";
    /// A resource of the capacity book.
    ResourceId = "res_";
    /// A radio cell of the network.
    RadioCellId = "rad_";
    /// A meter that reports usage in sequence.
    SourceId = "src_";
    /// A party's standing wish to be told of events.
    WebhookId = "whk_";
    /// A charging session of a consumer of the network's.
    ChargingId = "chg_";
    /// A person or device whose data lives in the vault.
    SubjectId = "sub_";
    /// A payment that a payment service is asked for.
    PaymentId = "pay_";
    /// Something that was asked of a wallet and is remembered.
    BalanceActionId = "bal_";
}

/// One market with one journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct CellId(#[n(0)] pub u32);

/// A brand inside a cell; `1` is the operator itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct TenantId(#[n(0)] pub u16);

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id of the form {}… with {TEXT_LEN} letters and digits is expected", self.prefix)
    }
}

impl std::error::Error for IdError {}

fn encode(bits: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    (0..TEXT_LEN).rev().try_for_each(|place| {
        let digit = usize::try_from((bits >> (place.saturating_mul(5))) & 0x1f).unwrap_or(0);
        let letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
        fmt::Write::write_char(f, char::from(letter))
    })
}

fn decode(text: &str) -> Option<u128> {
    let first = text.as_bytes().first()?;
    if text.len() != TEXT_LEN || *first > b'7' {
        return None;
    }
    text.bytes().try_fold(0_u128, |bits, letter| {
        let digit = ALPHABET.iter().position(|candidate| *candidate == letter)?;
        Some((bits << 5) | u128::try_from(digit).ok()?)
    })
}
