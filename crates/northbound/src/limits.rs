//! Every limit of the northbound, by name.

use std::time::Duration;

/// Largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 64 << 10;
/// Largest body of a batch of usage, in bytes.
pub const USAGE_BODY_BYTES_MAX: usize = 4 << 20;
/// Largest body of a forecast, in bytes: a week of hours for some 10,000 resources.
pub const FORECAST_BODY_BYTES_MAX: usize = 8 << 20;
/// How long a request may take; the outcome of one that took longer is unknown to its caller.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests under way may take to finish once the server is told to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Entries of a page when nothing is asked for.
pub const PAGE_DEFAULT: usize = 50;
/// Most entries of a page.
pub const PAGE_MAX: usize = 200;
/// Most movements of one statement.
pub const STATEMENT_MOVEMENTS_MAX: usize = 10_000;
/// Most lines of one bill by token; with more, it is by offering.
pub const BILL_LINES_MAX: usize = 10_000;
/// Postings of one page of an export.
pub const EXPORT_PAGE_ROWS: usize = 2_000;
/// Bytes of an export that go out together.
pub const EXPORT_PAGE_BYTES: usize = 64 << 10;
/// Rows of one group of a Parquet table: so many are in memory.
pub const EXPORT_GROUP_ROWS: usize = 32_768;
/// Pages of an export that may wait for its client.
pub const EXPORT_BUFFER_PAGES: usize = 4;
/// Most slots of one calendar: a day.
pub const CALENDAR_SLOTS_MAX: u32 = 288;
/// Most charges of one batch.
pub const CHARGES_MAX: usize = 8_192;
/// Longest `Idempotency-Key`, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;
/// Longest bearer secret or entitlement that is looked at, in bytes.
pub const BEARER_BYTES_MAX: usize = 8 << 10;
/// Most answers, and most alternatives, of one qualification.
pub const QUALIFICATION_ANSWERS_MAX: usize = 32;
/// How far ahead of the wanted window a later one that fits is looked for.
pub const NEAREST_HORIZON: types::Duration = types::Duration::from_days(7);
/// Longest text of a personal record, in bytes.
pub const PERSONAL_TEXT_BYTES_MAX: usize = 1_024;
/// Longest `sink` address, in bytes.
pub const SINK_BYTES_MAX: usize = 2_048;
/// Most ports and port ranges of one side of a flow.
pub const PORTS_MAX: usize = 64;
/// Most ranges of numbers and addresses that say which devices are the operator's.
pub const SUBSCRIBER_RANGES_MAX: usize = 1_024;
/// Most sessions of one device that are shown at once, the newest; CAMARA has no pages for them.
pub const SESSIONS_SHOWN_MAX: usize = 200;
/// Most QoS profiles that are listed at once; CAMARA has no pages for them.
pub const PROFILES_SHOWN_MAX: usize = 1_000;
/// Most filters of one list of TM Forum's, and attributes that it is sorted by.
pub const FILTERS_MAX: usize = 32;
/// Parties of a cell up to which a list of bills may be of all of them.
pub const BILLED_PARTIES_MAX: usize = 50;
/// Most tokens of one report of consumption, the latest.
pub const CONSUMPTION_TOKENS_MAX: usize = 200;
/// Most usage records of one list of TM Forum's.
pub const USAGE_LISTED_MAX: usize = 2_000;
/// Parties of a cell up to which a list of TM Forum's may be of all of them.
pub const LISTED_PARTIES_MAX: usize = 1_000;
/// Largest text of what is said of a balance action besides, in bytes of JSON.
pub const NOTES_BYTES_MAX: usize = 8 << 10;
/// How long money is reserved when it is not said.
pub const RESERVATION_DEFAULT: types::Duration = types::Duration::from_mins(15);
/// Locks that session requests for one flow share.
pub const FLOW_LOCKS: usize = 64;
/// Requests under way at one time; what can wait is refused before there are as many.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 4_096;
/// Most requests of one window that a rate can be set to.
pub const RATE_REQUESTS_MAX: u32 = 10_000_000;
/// Longest window of a rate.
pub const RATE_WINDOW_MAX: Duration = Duration::from_secs(24 * 3_600);
/// Callers, addresses, parties or devices that one rate is counted for apart.
pub const RATE_KEYS_MAX: usize = 65_536;
/// Checks of a rate between two looks at whom it still counts.
pub const RATE_SWEEP_EVERY: u32 = 1_024;
/// Connections that each side serves at one time. One more takes the place of one that is idle.
pub const CONNECTIONS_MAX: usize = 4_096;
/// How long a client may take for its TLS handshake, to say which protocol it speaks and, in HTTP/1, to send the head of a
/// request; an idle connection is kept as long, and one that takes nothing of its answer. In HTTP/2: between pings, and
/// for the answer to one.
pub const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest head of a request, in bytes.
pub const HEAD_BYTES_MAX: usize = 32 << 10;
/// Requests under way on one HTTP/2 connection.
pub const STREAMS_MAX: u32 = 128;
/// Access tokens whose verification is remembered.
pub const ACCESS_TOKENS_MAX: usize = 65_536;
/// Single-use ids of assertions that are remembered.
pub const ASSERTION_IDS_MAX: usize = 65_536;
/// Single-use ids of proofs that are remembered: over the window of a proof and half a minute, 20,000 a second by default.
pub const PROOF_IDS_MAX: usize = 2_097_152;
/// Longest single-use id, in bytes.
pub const JTI_BYTES_MAX: usize = 255;
/// How long an assertion of a client may live (CAMARA Security and Interoperability Profile, "Client Authentication").
pub const ASSERTION_LIFETIME_MAX: types::Duration = types::Duration::from_secs(300);
/// How far the clock of an issuer or a client may be off.
pub const CLOCK_LEEWAY: types::Duration = types::Duration::from_secs(10);
/// Most keys of one key set.
pub const JWKS_KEYS_MAX: usize = 32;
/// Largest key set that is fetched, in bytes.
pub const JWKS_BYTES_MAX: usize = 64 << 10;
/// How long fetching a key set may take.
pub const JWKS_FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a fetched key set is used without asking again.
pub const JWKS_FRESH: types::Duration = types::Duration::from_mins(10);
/// How long it is used while asking again fails.
pub const JWKS_STALE_MAX: types::Duration = types::Duration::from_hours(24);
/// A key set is fetched no more often than this, whatever is presented.
pub const JWKS_RETRY: types::Duration = types::Duration::from_secs(30);
/// Streams of one HTTP/2 connection that its client reset before we took them; one more ends the connection.
pub const RESETS_PENDING_MAX: usize = 20;
/// Streams of one HTTP/2 connection that we reset for its client's faults; one more ends the connection.
pub const RESETS_LOCAL_MAX: usize = 256;
/// Streams of events that one client may have open.
pub const EVENT_STREAMS_PER_CLIENT_MAX: usize = 8;
/// Streams of events that may be open in all.
pub const EVENT_STREAMS_MAX: usize = 1_024;
/// Events that wait for the client of a stream to read them.
pub const EVENT_BUFFER_FRAMES: usize = 64;
/// How long the client of a stream may leave its buffer full before the stream ends.
pub const SLOW_CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a stream without events says that it is alive.
pub const EVENT_HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream goes on; its client comes back, and is asked again who it is.
pub const EVENT_STREAM_AGE_MAX: Duration = Duration::from_secs(3_600);
/// Webhooks of one party.
pub const WEBHOOKS_PER_PARTY_MAX: usize = 16;
/// How long deliveries are signed with the secret before the last one too.
pub const SECRET_OVERLAP: types::Duration = types::Duration::from_hours(24);
/// How far ahead a new signing key may begin to sign.
pub const ROTATION_AHEAD_MAX: types::Duration = types::Duration::from_hours(365 * 24);
/// Most points of a polygon or a route.
pub const PLACE_CORNERS_MAX: usize = 256;
/// How much earlier or later than planned a device may be along a route with times.
pub const ROUTE_SLACK: types::Duration = types::Duration::from_mins(5);
/// The longest that a route with times takes.
pub const ROUTE_TIME_MAX: types::Duration = types::Duration::from_days(7);
/// Largest radius of a place, in metres.
pub const PLACE_RADIUS_M_MAX: f64 = 500_000.0;
/// The most that a place may span, in kilometres.
pub const PLACE_SPAN_KM_MAX: f64 = 3_000.0;
/// How many rings of H3 cells around a place are looked into for the nearest where the same can be promised.
pub const NEARBY_RINGS: u32 = 6;
/// Most satellites that one leg of a path names; it says so when later ones are left out.
pub const SATELLITES_PER_LEG_MAX: usize = 64;
/// Most entries and used-unit containers of one charging data request.
pub const UNIT_USAGES_MAX: usize = 1_024;
/// Most rating groups that can be configured.
pub const RATING_GROUPS_CONFIGURED_MAX: usize = 65_536;
/// Most leases of one page.
pub const LEASES_SHOWN_MAX: usize = 1_000;
/// Largest body of measured loads, in bytes: six weeks of slots for some 100 resources.
pub const LOADS_BODY_BYTES_MAX: usize = 8 << 20;
/// Requests of one application of a sandbox that are kept.
pub const REQUESTS_LOGGED_MAX: usize = 100;
/// Applications of a sandbox of which requests are kept.
pub const APPLICATIONS_LOGGED_MAX: usize = 1_000;
/// Longest answer to an application of a sandbox that is kept, in bytes.
pub const ANSWER_LOGGED_BYTES_MAX: u64 = 64 << 10;
