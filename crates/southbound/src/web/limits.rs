//! Every limit of calls to the web, by name.

use std::time::Duration;

/// How long resolving a name and connecting may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a call may take as a whole, waiting for its turn included.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest answer that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 256 << 10;
/// Longest address, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// Calls under way to one host.
pub const HOST_CALLS_MAX: usize = 8;
/// Hosts that are remembered while nothing is under way to them.
pub const HOSTS_MAX: usize = 1_024;
/// Idle connections that are kept to one host.
pub const IDLE_PER_HOST_MAX: usize = 2;
/// How long an idle connection is kept.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Addresses of one name that are tried.
pub const ADDRESSES_MAX: usize = 4;
