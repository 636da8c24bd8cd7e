//! Exact ratios: the only way a quantity becomes another.

use minicbor::{Decode, Encode};

/// Parts per million in a whole.
pub const PPM: u64 = 1_000_000;
/// Parts per billion in a whole.
pub const PPB: u64 = 1_000_000_000;

/// An exact, non-negative ratio `num / den` with `den > 0`.
///
/// Every multiplication rounds exactly once, in the direction its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: u64,
    den: u64,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { num: 0, den: 1 };
    /// The whole.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// `num / den`; `None` when `den` is zero.
    pub const fn new(num: u64, den: u64) -> Option<Self> {
        if den == 0 { None } else { Some(Self { num, den }) }
    }

    /// A share in parts per million.
    pub const fn ppm(share: u64) -> Self {
        Self { num: share, den: PPM }
    }

    /// The numerator.
    pub const fn num(self) -> u64 {
        self.num
    }

    /// The denominator, never zero.
    pub const fn den(self) -> u64 {
        self.den
    }

    /// Is it zero?
    pub const fn is_zero(self) -> bool {
        self.num == 0
    }

    /// `amount × self`, rounded down; `None` when it does not fit.
    pub fn of_floor(self, amount: u64) -> Option<u64> {
        let product = u128::from(amount).checked_mul(u128::from(self.num))?;
        u64::try_from(product.checked_div(u128::from(self.den))?).ok()
    }

    /// `amount × self`, rounded up; `None` when it does not fit.
    pub fn of_ceil(self, amount: u64) -> Option<u64> {
        let product = u128::from(amount).checked_mul(u128::from(self.num))?;
        u64::try_from(product.div_ceil(u128::from(self.den))).ok()
    }
}

impl<C> Encode<C> for Ratio {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?.u64(self.num)?.u64(self.den)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Ratio {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let len = d.array()?;
        let (num, den) = (d.u64()?, d.u64()?);
        match (len, Self::new(num, den)) {
            (Some(2), Some(ratio)) => Ok(ratio),
            _ => Err(minicbor::decode::Error::message("a ratio is two integers, the second not zero")),
        }
    }
}
