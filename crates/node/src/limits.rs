//! Every limit of a running cell, by name.

use types::Duration;

/// Most commands waiting to be decided; more are refused at once, with a time to come back.
pub const QUEUE_COMMANDS_MAX: usize = 65_536;
/// Most commands of one batch.
pub const BATCH_COMMANDS_MAX: usize = 8_192;
/// Most commands of one submission.
pub const SUBMISSION_COMMANDS_MAX: usize = 8_192;
/// Batches that may be on their way to storage while the next is decided.
pub const BATCHES_IN_FLIGHT_MAX: usize = 2;
/// How far the clock may run ahead of the uptime before the cell stops rather than expire the world.
pub const CLOCK_JUMP_MAX: Duration = Duration::from_hours(1);
/// When a refused caller should come back.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Batches that the replica may lag behind before the journal waits for it.
pub const REPLICA_LAG_MAX: usize = 64;
/// Calls to the network at one time.
pub const CALLS_MAX: usize = 64;
/// First pause before a call is repeated; it doubles.
pub const CALL_BACKOFF: Duration = Duration::from_ms(100);
/// Longest pause before a call is repeated.
pub const CALL_BACKOFF_MAX: Duration = Duration::from_secs(30);
/// How long the network may take to answer one call.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// Attempts of an activation before its outcome is taken as unknown.
pub const ACTIVATION_ATTEMPTS_MAX: u32 = 3;
/// Payments asked for at one time.
pub const PAYMENT_CALLS_MAX: usize = 16;
/// First pause before a payment is asked for again; it doubles.
pub const PAYMENT_BACKOFF: Duration = Duration::from_ms(250);
/// Longest pause before a payment is asked for again.
pub const PAYMENT_BACKOFF_MAX: Duration = Duration::from_mins(5);
/// How long the payment service may take to answer.
pub const PAYMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// How often telemetry is collected.
pub const TELEMETRY_EVERY: Duration = Duration::from_ms(250);
/// Most reports taken from the network at once.
pub const TELEMETRY_REPORTS_MAX: usize = 10_000;
/// How often the vault is cleared of sessions that the cell has forgotten.
pub const FORGET_EVERY: Duration = Duration::from_secs(10);
/// How long a private part may wait for its session to be decided.
pub const FORGET_GRACE: Duration = Duration::from_mins(1);
/// Events between two snapshots: some seconds of replay.
pub const SNAPSHOT_EVERY_EVENTS: u64 = 8_000_000;
/// Forecasts between two snapshots, if events do not come to it before: what none of them names any more can go.
pub const SNAPSHOT_EVERY_BLOBS: usize = 48;
/// Bytes read from the journal at once when replaying.
pub const REPLAY_BYTES: usize = 8 << 20;
/// Verified entitlements that are remembered.
pub const VERIFIED_TOKENS_MAX: usize = 65_536;
/// Events remembered for people to look at.
pub const TIMELINE_EVENTS_MAX: usize = 20_000;
/// Forgotten sessions whose ids are still known, for events of theirs that are told late.
pub const PAST_SESSIONS_MAX: usize = 20_000;
/// Largest personal record of the vault, in bytes.
pub const VAULT_RECORD_BYTES_MAX: usize = 16 << 10;
/// Deliveries to receivers outside under way at one time.
pub const DELIVERIES_MAX: usize = 256;
/// Deliveries under way to one host.
pub const DELIVERIES_PER_HOST_MAX: usize = 8;
/// Deliveries that may wait; more are dead letters at once.
pub const PENDING_DELIVERIES_MAX: usize = 100_000;
/// Deliveries that may wait for one webhook, or of one session.
pub const LANE_DELIVERIES_MAX: usize = 10_000;
/// First pause before a delivery is repeated; it doubles.
pub const DELIVERY_BACKOFF: Duration = Duration::from_secs(1);
/// Longest pause before a delivery is repeated, whatever its receiver asks for.
pub const DELIVERY_BACKOFF_MAX: Duration = Duration::from_mins(10);
/// Attempts before a delivery becomes a dead letter: some four hours.
pub const DELIVERY_ATTEMPTS_MAX: u32 = 32;
/// How long a delivery may wait before a failure makes it a dead letter.
pub const DELIVERY_AGE_MAX: Duration = Duration::from_hours(24);
/// Dead letters that are kept; the oldest go first.
pub const DEAD_LETTERS_MAX: usize = 10_000;
/// Sessions whose receiver is remembered to want nothing more; the oldest go first.
pub const GONE_RECEIVERS_MAX: usize = 100_000;
/// Events that the mailroom may pass over before it says how far it has come.
pub const CURSOR_EVENTS_MAX: u64 = 100_000;
/// How often postings are kept while they come in; sooner when somebody waits for them.
pub const POSTINGS_EVERY: Duration = Duration::from_ms(250);
/// Rows of postings that may wait to be kept; with more they are made from the journal instead.
pub const POSTINGS_PENDING_MAX: usize = 1_000_000;
/// How long the keeper of postings pauses after their storage failed.
pub const POSTINGS_RETRY: Duration = Duration::from_secs(1);
/// How long a read waits for postings that are behind.
pub const POSTINGS_WAIT: Duration = Duration::from_secs(5);
/// Events that a follower takes at once.
pub const FEED_EVENTS_MAX: usize = 4_096;
/// Bytes of the journal that a follower reads at once when it is far behind.
pub const FEED_BYTES: usize = 1 << 20;
/// How long the mailroom pauses after its storage failed, and at most between two looks at the clock.
pub const NOTIFY_TICK: Duration = Duration::from_secs(1);
/// Keys of one purpose at one time: those that verify still and those to come.
pub const KEYS_PER_PURPOSE_MAX: usize = 16;
/// How long a new key is published before it signs: twice as long as the key set may be cached.
pub const KEY_LEAD: Duration = Duration::from_mins(10);
/// Proofs of possession that are remembered, so that each is good once; more within their time are refused as busy.
pub const PROOFS_MAX: usize = 65_536;
/// Tokens on one page of the list of revocations; each has at most sixteen entries.
pub const REVOCATION_PAGE_TOKENS_MAX: usize = 2_000;
/// How often the list of revocations is signed anew when nothing changes.
pub const REVOCATIONS_SIGNED_EVERY: Duration = Duration::from_mins(1);
/// How long a verifier may trust a list of revocations.
pub const REVOCATIONS_FRESH_FOR: Duration = Duration::from_mins(10);
