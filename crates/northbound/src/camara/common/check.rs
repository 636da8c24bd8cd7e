//! What schemas that several APIs share ask for.

use crate::camara::common::error::ErrorInfo;

/// Is this a name that a QoS profile can have?
pub(crate) fn is_profile_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (3..=256).contains(&name.len()) && name.bytes().all(plain)
}

/// The name of a QoS profile, given in this member.
pub(crate) fn profile_name(member: &str, name: &str) -> Result<(), ErrorInfo> {
    if is_profile_name(name) {
        Ok(())
    } else {
        Err(ErrorInfo::invalid_argument(format!("{member}: 3 to 256 letters, digits and _.- are expected")))
    }
}
