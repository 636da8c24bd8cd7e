//! Rows and parts of them that came after the first ones were frozen.

use crate::rows::{NOON, bare_offering, bare_token, lines};
use engine::state::{Capabilities, Capability, Offering, PaidFee, Row, Token};

/// Those that came last.
pub fn all() -> [(&'static str, Row); 3] {
    let fees = Some(vec![PaidFee { at: NOON, lines: lines() }]);
    [
        ("Offering-bundle", Row::Offering(bundle())),
        ("Delivers", Row::Delivers(capabilities())),
        ("Token-fees", Row::Token(Token { fees, ..bare_token() })),
    ]
}

/// Some capabilities.
pub fn capabilities() -> Capabilities {
    [Capability::Experience, Capability::Inference].into_iter().collect()
}

/// A bundle.
pub fn bundle() -> Offering {
    Offering { also: Some(Capabilities::NONE.with(Capability::Security)), ..bare_offering() }
}
