//! Dense handles: a position in the book, small and quick to follow. Visible ids live outside.

use minicbor::{Decode, Encode};
use std::fmt;

macro_rules! refs {
    ($($(#[$doc:meta])* $name:ident($index:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] $index);

        impl $name {
            /// The handle of this position.
            pub const fn from_index(index: $index) -> Self {
                Self(index)
            }

            /// Its position.
            pub const fn index(self) -> $index {
                self.0
            }

            /// Its position in a `Vec`; one that memory cannot address is in none.
            pub(crate) fn position(self) -> usize {
                usize::try_from(self.0).unwrap_or(usize::MAX)
            }

            /// The handle of a position in a `Vec`, unless there are more than handles.
            pub(crate) fn at(position: usize) -> Option<Self> {
                <$index>::try_from(position).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )*};
}

refs! {
    /// A resource of a [`Book`](crate::Book), counted from 0 in the order they were added.
    ResourceRef(u32);
    /// A weekly profile of a [`Book`](crate::Book), counted from 0 in the order they were added.
    ProfileRef(u16);
    /// A live booking of a [`Book`](crate::Book). When it ends, the next booking may get the same handle.
    BookingRef(u32);
}
