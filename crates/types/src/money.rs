//! Money and the units that volumes are counted in.

use minicbor::{Decode, Encode};
use std::fmt;

/// An ISO 4217 currency code, for example `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A text that is not three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

/// An amount in minor units (cents) of one currency. Negative amounts are owed the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Money {
    /// Minor units: 1.50 EUR is 150.
    #[n(0)]
    pub minor: i64,
    /// Which money.
    #[n(1)]
    pub currency: Currency,
}

/// What a volume or a delivered quantity is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Unit {
    /// Seconds of delivered service.
    #[n(0)]
    Second,
    /// Bytes carried.
    #[n(1)]
    Byte,
    /// Tokens of a language model.
    #[n(2)]
    LlmToken,
    /// Abstract compute units.
    #[n(3)]
    ComputeUnit,
    /// Calls of an API.
    #[n(4)]
    Call,
    /// Short messages.
    #[n(5)]
    Message,
}

impl Currency {
    /// From a three-letter code in capitals.
    pub fn parse(code: &str) -> Result<Self, CurrencyError> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(CurrencyError),
        }
    }

    /// The code.
    ///
    /// # Panics
    /// Never: it was parsed from three ASCII letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is three ASCII letters")
    }

    /// Minor digits of this currency (ISO 4217): 0 for JPY, 3 for KWD, 2 for most.
    pub fn minor_digits(self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"CLP" | b"VND" | b"ISK" | b"UGX" | b"XAF" | b"XOF" => 0,
            b"KWD" | b"BHD" | b"OMR" | b"JOD" | b"TND" | b"IQD" | b"LYD" => 3,
            _ => 2,
        }
    }
}

impl Money {
    /// `minor` minor units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
}

impl Unit {
    /// Every unit, in order.
    pub const ALL: [Self; 6] = [Self::Second, Self::Byte, Self::LlmToken, Self::ComputeUnit, Self::Call, Self::Message];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Byte => "byte",
            Self::LlmToken => "llm_token",
            Self::ComputeUnit => "compute_unit",
            Self::Call => "call",
            Self::Message => "message",
        }
    }

    /// The unit of this wire name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == name)
    }
}

impl fmt::Display for Money {
    /// Decimal text with the currency's own digits: `1.50 EUR`, `-0.05 EUR`, `300 JPY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        let scale = 10_u64.saturating_pow(digits);
        let sign = if self.minor < 0 { "-" } else { "" };
        let abs = self.minor.unsigned_abs();
        let (whole, part) = (abs.checked_div(scale).unwrap_or(abs), abs.checked_rem(scale).unwrap_or(0));
        match digits {
            0 => write!(f, "{sign}{whole} {}", self.currency),
            _ => write!(f, "{sign}{whole}.{part:0width$} {}", self.currency, width = digits as usize),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is three capital letters (ISO 4217), for example EUR")
    }
}

impl std::error::Error for CurrencyError {}

impl<C> Encode<C> for Currency {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Currency {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::parse(d.str()?).map_err(|_| minicbor::decode::Error::message("not a currency code"))
    }
}
