//! Dense handles: positions in the ledger's tables, small in events and quick to follow.

use minicbor::{Decode, Encode};

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] $int);

        impl $name {
            /// The handle of this position.
            pub const fn from_index(index: $int) -> Self {
                Self(index)
            }

            /// Its position, from zero.
            pub const fn index(self) -> $int {
                self.0
            }

            /// The handle of position `at`; `None` when it does not fit.
            pub(crate) fn at(at: usize) -> Option<Self> {
                <$int>::try_from(at).ok().map(Self)
            }

            /// Its position in a table. A handle is never wider than `usize`.
            pub(crate) const fn slot(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

handles! {
    /// An asset of the ledger; given out in order, never reused.
    AssetRef(u16);
    /// An account of the ledger; given out in order, never reused.
    AccountRef(u32);
    /// A hold of the ledger; the lowest free one is given out next, so a released one comes back.
    HoldRef(u32);
}
