//! Every limit of the engine, by name.

use types::Duration;

/// Longest name or label, in bytes.
pub const TEXT_BYTES_MAX: u32 = 256;
/// Largest quantity a command may carry: what a JSON number holds exactly.
pub const QUANTITY_MAX: u64 = (1 << 53) - 1;
/// Most partners of one offering's agreement.
pub const PARTNERS_MAX: usize = 8;
/// Most devices that one token serves at one time.
pub const DEVICES_MAX: u32 = 1_000_000;
/// Most units of a resource that one device takes: times [`DEVICES_MAX`] it can still be counted.
pub const DEMAND_MAX: u64 = QUANTITY_MAX / 1_024;
/// Most expiries one tick applies.
pub const EXPIRIES_PER_TICK_MAX: usize = 256;
/// How long a firm quote holds capacity.
pub const QUOTE_TTL: Duration = Duration::from_secs(120);
/// How long an expired or accepted quote is still remembered.
pub const QUOTE_MEMORY: Duration = Duration::from_hours(1);
/// Most open firm quotes a party may have.
pub const QUOTES_PER_PARTY_MAX: u32 = 16;
/// The share of what is free in a slot that firm quotes together may hold.
pub const QUOTE_SHARE_PPM: u32 = 200_000;
/// How long a hold outlives its token's window, for reports that come late.
pub const REPORTING_GRACE: Duration = Duration::from_secs(60);
/// Most tokens that one purchase may displace.
pub const PREEMPTIONS_PER_DECISION_MAX: usize = 64;
/// Most tokens that one purchase looks at for some to displace, lowest priority first.
pub const PREEMPTION_CANDIDATES_MAX: usize = 4_096;
/// How far before now a window may start and still be sold.
pub const WINDOW_LATENESS_MAX: Duration = Duration::from_mins(5);
/// How long after a period of a token could not be paid it is tried again.
pub const RENEWAL_RETRY: Duration = Duration::from_hours(1);
/// How long a token waits for a period to be paid before it is over.
pub const RENEWAL_GRACE: Duration = Duration::from_hours(72);
/// Most changes of the price of one offering.
pub const PRICE_VERSIONS_MAX: u32 = 1_000;
/// How long an idempotency key is kept.
pub const KEY_MEMORY: Duration = Duration::from_hours(24);
/// Most idempotency keys of one party; the oldest goes first.
pub const KEYS_PER_PARTY_MAX: usize = 1_000;
/// Most revoked blocks of one token's texts; revoking all of them is always possible.
pub const REVOCATIONS_PER_TOKEN_MAX: u32 = 16;
/// How far behind the highest sequence number of a meter a late one may be.
pub const SEQUENCE_WINDOW: u64 = 1_024;
/// How long an ended session stays readable before it is forgotten (CAMARA asks for at least 360 s).
pub const SESSION_MEMORY: Duration = Duration::from_mins(10);
/// Most places that a move of a device names: where it is and where it will be next.
pub const MOVES_MAX: usize = 8;
/// How long an open charging session in which nothing happens is remembered; longer than any grant.
pub const CHARGING_MEMORY: Duration = Duration::from_hours(48);
/// Most open charging sessions of one subscriber.
pub const CHARGINGS_PER_SUBSCRIBER_MAX: u32 = 1_024;
/// Most rating groups of one charging session.
pub const RATING_GROUPS_MAX: u32 = 64;
/// Longest time that a grant is for; shorter than an open session is remembered.
pub const LEASE_TIME_MAX: Duration = Duration::from_hours(24);
/// Longest address of a consumer, in bytes.
pub const NOTIFY_BYTES_MAX: u32 = 1_024;
/// Most live tokens of a subscriber that are looked at for one that serves, the newest first.
pub const SERVING_TOKENS_MAX: usize = 64;
/// Most H3 cells one resource may cover.
pub const COVERS_MAX: usize = 1_000;
/// Most H3 cells a purchase may name.
pub const PLACE_CELLS_MAX: usize = 1_024;
/// Most stages of a way.
pub const STAGES_MAX: usize = 1_024;
/// Most H3 cells that the stages of a way name together: one may be in several.
pub const STAGE_CELLS_MAX: usize = 4 * PLACE_CELLS_MAX;
/// Most values of one forecast: a week of hours for 100,000 resources, and some.
pub const FORECAST_VALUES_MAX: usize = 20_000_000;
/// Most steps of one forecast: a week of slots.
pub const FORECAST_STEPS_MAX: u32 = 2_016;
/// How far ahead a forecast may reach.
pub const FORECAST_AHEAD_MAX: Duration = Duration::from_days(14);
/// Most forecasts that some resource still follows.
pub const FORECASTS_MAX: usize = 1_024;
/// Most resources that one forecast says are overcommitted; sales stop on the others too, unsaid.
pub const OVERCOMMITTED_MAX: usize = 1_000;
/// How far ahead bid prices may reach, and for how long they may count.
pub const BIDS_AHEAD_MAX: Duration = Duration::from_days(14);
/// Most tables of bid prices of which something is in force.
pub const BIDS_MAX: usize = 1_024;
/// How long bid prices are remembered after others took their place: the rail of steps looks back.
pub const BIDS_REMEMBERED: Duration = Duration::from_hours(24);
/// Most tables of bid prices that are remembered so; the ones that ended first go.
pub const BIDS_BEFORE_MAX: usize = 256;
/// Most values that they have together.
pub const BIDS_BEFORE_VALUES_MAX: usize = 40_000_000;
/// Most hours that the rail of steps looks back: before that, a price is taken to have been the plan's.
pub const STEP_HOURS_MAX: u32 = 24;
/// Most classes that guard rails name.
pub const RAIL_CLASSES_MAX: usize = 16;
/// Largest bound or share that guard rails name, in parts per million: a hundred times the plan's price.
pub const RAIL_PPM_MAX: u32 = 100_000_000;
/// Longest chain of upstream resources behind a radio cell.
pub const UPSTREAM_MAX: usize = 8;
/// Most parties that may spend from one wallet beside its owner.
pub const MEMBERS_PER_WALLET_MAX: u32 = 64;
/// Most budgets of one wallet: numbers 1 to this.
pub const BUDGETS_PER_WALLET_MAX: u16 = 64;
/// Payments of one wallet that are asked for at one time; with as many no payout is taken.
pub const PAYMENTS_PER_WALLET_MAX: u32 = 64;
/// Origins of money that one wallet remembers; beyond that the oldest that are spent are forgotten first.
pub const LOTS_MAX: usize = 32;
/// What was done with a wallet under ids that is remembered; the oldest that is over goes first.
pub const ACTIONS_PER_WALLET_MAX: usize = 256;
/// Most reservations of one wallet that stand at one time.
pub const RESERVATIONS_PER_WALLET_MAX: u32 = 64;
/// Longest time that money of a wallet is reserved.
pub const RESERVATION_TIME_MAX: Duration = Duration::from_hours(24);
/// Payments declined in a row that pause an automatic top-up.
pub const DECLINES_MAX: u32 = 3;
/// How long after a payment was declined an automatic top-up asks again.
pub const DECLINED_PAUSE: Duration = Duration::from_mins(10);
