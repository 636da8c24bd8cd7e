//! Dense integer handles: what rows call each other inside the cell.

use minicbor::{Decode, Encode};

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] u32);

        impl $name {
            /// The handle of the row at `index`.
            pub const fn from_index(index: u32) -> Self {
                Self(index)
            }

            /// The index of its row.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The number itself, for meters and caches.
            pub const fn number(self) -> u32 {
                self.0
            }

            /// The handle that the next row of a table of this length gets.
            pub(crate) fn next(len: usize) -> Self {
                Self(u32::try_from(len).expect("a table has fewer than 2^32 rows"))
            }
        }
    )*};
}

refs! {
    /// A party of the cell.
    PartyRef;
    /// An offering.
    OfferingRef;
    /// A token.
    TokenRef;
    /// A session.
    SessionRef;
    /// A meter.
    SourceRef;
}

impl PartyRef {
    /// The operator of the cell: the first party there is.
    pub const OPERATOR: Self = Self(0);
}
