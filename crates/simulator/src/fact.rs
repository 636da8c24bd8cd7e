//! The simulator's own words for what is asked of a cell and what it says: plain numbers, no type of the engine.

use types::{Duration, H3Cell, Instant, QuoteId, Window};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The operator.
    Operator,
    /// A customer, as itself.
    Customer(u32),
    /// Somebody of another brand who claims to be this customer.
    Stranger(u32),
    /// A meter.
    Meter,
    /// The network.
    Network,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// For whom.
    pub party: u32,
    /// What.
    pub offering: usize,
    /// When.
    pub window: Window,
    /// Where.
    pub places: Vec<H3Cell>,
    /// Is a device on its way through these places, one after the other, each for as long?
    pub is_way: bool,
}

impl Wish {
    /// When a device on its way is at which place; nothing for one that is anywhere at any time.
    pub fn stages(&self) -> Vec<(Window, H3Cell)> {
        let count = if self.is_way { self.places.len() as u64 } else { 0 };
        let at = |part: u64| {
            let passed = Duration::from_ms(self.window.length().as_ms() * part / count);
            self.window.from().after(passed)
        };
        let stage = |(part, place): (u64, &H3Cell)| Some((Window::new(at(part), at(part + 1)).ok()?, *place));
        (0..count).zip(&self.places).filter_map(stage).collect()
    }
}

/// How it is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// With a quote.
    Quote(QuoteId),
    /// At once.
    Wish(Wish),
}

/// What becomes of money that is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// So much is, for so many minutes.
    For { minor: i64, minutes: u64 },
    /// It is given back before its time.
    Back { action: u128 },
}

/// What the network said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Yes.
    Confirmed,
    /// No.
    Refused,
    /// Nothing.
    Unknown,
}

/// Delivered quantity of one token, reported under a number of its meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which token.
    pub token: u32,
    /// Which meter.
    pub source: u32,
    /// Its number.
    pub sequence: u64,
    /// How much.
    pub quantity: u64,
    /// The session that the network delivered it in.
    pub session: Option<u32>,
}

/// The most that may be spent from a wallet in a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// By whom; everybody where nothing is said.
    pub member: Option<u32>,
    /// On what; everything where nothing is said.
    pub offering: Option<usize>,
    /// How often it begins anew.
    pub span: Span,
    /// How far from UTC days and months begin.
    pub utc_minutes: i16,
    /// Minor units.
    pub limit: i64,
}

/// How often a cap begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// At midnight.
    Day,
    /// On the first of the month.
    Month,
    /// Never.
    Ever,
}

/// One rating group of one invocation of a function of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which charging session.
    pub charging: u128,
    /// Which rating group.
    pub group: u32,
    /// The number of the invocation.
    pub sequence: u32,
    /// What the rating group is charged to.
    pub offering: usize,
    /// What was used; `0`: nothing.
    pub used: u64,
    /// How much more is wanted, and for how long.
    pub want: Option<(u64, Duration)>,
    /// Is what is used charged before it is delivered? Then nothing more is wanted.
    pub debit: bool,
}

/// Counts of one session over assurance windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Which session.
    pub session: u32,
    /// First window.
    pub window: u64,
    /// How many in a row; more than one only without samples.
    pub windows: u64,
    /// Samples.
    pub samples: u32,
    /// Late ones.
    pub late: u32,
    /// Starved ones.
    pub starved: u32,
}

/// Everything that a simulated party asks. Numbers are the cell's handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Found,
    Profile(usize),
    Resource(usize),
    Party(usize),
    Publish(usize),
    OpenWallet {
        party: u32,
    },
    TopUp {
        party: u32,
        minor: i64,
    },
    CreditLimit {
        party: u32,
        minor: i64,
    },
    Authorise {
        party: u32,
        level_min: Option<u8>,
    },
    SetAvailable {
        resource: usize,
        available: u64,
    },
    Forecast {
        resource: usize,
        /// The first slot it speaks of.
        from: u32,
        /// Units a slot, hour by hour.
        loads: Vec<u32>,
    },
    /// What moves prices is other from now on.
    Market(Market),
    Retire {
        offering: usize,
    },
    Meter {
        id: u128,
    },
    Quote(Wish),
    Buy {
        party: u32,
        by: By,
        device: Option<u128>,
        /// Whose wallet pays; the buyer's own where nothing is said.
        payer: Option<u32>,
    },
    /// The owner of a wallet lets somebody spend from it.
    Admit {
        owner: u32,
        member: u32,
    },
    Dismiss {
        owner: u32,
        member: u32,
    },
    /// So much may be spent from a wallet, or a cap goes.
    Cap {
        owner: u32,
        number: u16,
        cap: Option<Cap>,
    },
    /// The owner wants to know when less is left.
    WatchBalance {
        owner: u32,
        minor: i64,
    },
    /// A wallet is to be topped up by itself.
    TopUpBelow {
        owner: u32,
        below: i64,
        minor: i64,
    },
    /// Money that came by a card.
    Fund {
        party: u32,
        minor: i64,
        card: u8,
    },
    /// And is wanted back.
    PayOut {
        owner: u32,
        minor: i64,
    },
    /// What the payment service said of a payment.
    Settle {
        payment: u128,
        party: u32,
        minor: i64,
        /// Out of the wallet, or into it?
        out: bool,
        approved: bool,
    },
    /// Money goes to another wallet.
    Transfer {
        from: u32,
        to: u32,
        minor: i64,
    },
    /// Money of a wallet is set aside for a while, or given back.
    SetAside {
        owner: u32,
        aside: Aside,
    },
    /// A whole token goes to another party.
    Give {
        token: u32,
        to: u32,
    },
    /// A part of its volume does.
    Gift {
        token: u32,
        quantity: u64,
        to: u32,
    },
    Release {
        token: u32,
    },
    /// The signed texts with one block are out of use.
    Revoke {
        token: u32,
        block: u8,
    },
    Suspend {
        token: u32,
    },
    Resume {
        token: u32,
    },
    Activate {
        token: u32,
        device: u128,
        flow: u128,
        duration: Duration,
    },
    Heard {
        session: u32,
        heard: Heard,
    },
    Deactivate {
        session: u32,
    },
    Extend {
        session: u32,
        more: Duration,
    },
    Stopped {
        session: u32,
        by_itself: bool,
    },
    Forget {
        session: u32,
    },
    /// A device is served from elsewhere: from the first place, and soon from the others.
    Move {
        session: u32,
        places: Vec<H3Cell>,
    },
    Charge(Delivery),
    /// Many at once; each is answered by itself.
    Charges(Vec<Delivery>),
    Counted(Counts),
    /// A function of the network charges for a party.
    Open {
        party: u32,
        sequence: u32,
    },
    Lease(Lease),
    Close {
        charging: u128,
        sequence: u32,
    },
    /// The operator closes the books of a month: so many after October 2025.
    ClosePeriod {
        month: u8,
    },
    Odd(Odd),
}

/// What must be refused whatever the state: foreign ids, malformed quantities, impossible places and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    FoundAgain,
    CustomerTopsUp,
    TopUpNobody,
    TopUpOtherCurrency,
    TopUp {
        minor: i64,
    },
    /// Another request under the key of this order.
    ReuseKey {
        order: u64,
    },
    BuyNothing,
    BuyUnknownQuote,
    ReleaseNothing,
    ForgetNothing,
    WorkOfNothing,
    ProfileGap,
    ProfileShort,
    ChargeWithoutMeter,
    ChargeByCustomer,
    RegisterAgain,
    PublishNameless,
    PublishShare,
    /// A price that cannot be: which, of [`Odd::PRICES`].
    PublishPrice {
        number: u8,
    },
    BuyPast,
    BuyLong,
    BuyFar,
    BuyNowhere,
    BuyHalfAWay,
    BuyDear,
    BuyCode,
    PayOutNothing,
    SettleNothing,
    ForgetCap,
    ForgetTopUp,
    CapNumberless,
    ShareWithOneself,
    ActivateForNoTime {
        token: u32,
    },
}

/// What moves prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Market {
    /// What a unit of a resource is worth.
    Bids(usize, Bids),
    /// Within what prices move: of an offering, or of all that have none of their own.
    Rails(Option<usize>, Option<Rails>),
    /// Does a driver deliver what is sold?
    Delivers(bool),
}

/// Bid prices of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bids {
    /// The first slot they speak of.
    pub from: u32,
    /// Thousandths of a minor unit for one unit in one slot, hour by hour.
    pub values: Vec<u32>,
    /// From then on they count as nothing.
    pub until: Instant,
    /// In money that nothing is sold in?
    pub foreign: bool,
}

/// Guard rails, in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "every one is a share in parts per million")]
pub struct Rails {
    /// Never below so much of what the plan asks.
    pub floor_ppm: Option<u32>,
    /// Never above.
    pub cap_ppm: Option<u32>,
    /// The most it may rise within an hour.
    pub step_ppm: Option<u32>,
    /// What people pay of what bid prices add; others pay all of it.
    pub consumers_ppm: u32,
}

impl Odd {
    /// How many prices there are that cannot be.
    pub const PRICES: u8 = 10;
}

/// Every odd thing that needs no id of something that exists.
pub const ODDITIES: [Odd; 31] = [
    Odd::FoundAgain,
    Odd::CustomerTopsUp,
    Odd::TopUpNobody,
    Odd::TopUpOtherCurrency,
    Odd::TopUp { minor: 0 },
    Odd::TopUp { minor: -5 },
    Odd::TopUp { minor: i64::MAX },
    Odd::BuyNothing,
    Odd::BuyUnknownQuote,
    Odd::ReleaseNothing,
    Odd::ForgetNothing,
    Odd::WorkOfNothing,
    Odd::ProfileGap,
    Odd::ProfileShort,
    Odd::ChargeWithoutMeter,
    Odd::ChargeByCustomer,
    Odd::RegisterAgain,
    Odd::PublishNameless,
    Odd::PublishShare,
    Odd::BuyPast,
    Odd::BuyLong,
    Odd::BuyFar,
    Odd::BuyNowhere,
    Odd::BuyHalfAWay,
    Odd::BuyDear,
    Odd::PayOutNothing,
    Odd::SettleNothing,
    Odd::ForgetCap,
    Odd::ForgetTopUp,
    Odd::CapNumberless,
    Odd::ShareWithOneself,
];

/// What the cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Yes.
    Done,
    /// It had been done.
    Repeated,
    /// Yes, and this is its number.
    Number(u32),
    /// A quote.
    Quote(QuoteId),
    /// Charged so much to the wallet, and so much to the operator.
    Charged {
        /// From the wallet.
        paid: i64,
        /// From the operator.
        overrun: i64,
    },
    /// A charging session.
    Charging(u128),
    /// Something was done with a wallet under this id.
    Acted(u128),
    /// Charged, and so much granted; `None`: there is nothing to count.
    Leased {
        /// How much.
        granted: Option<u64>,
    },
    /// No.
    No(&'static str),
}

/// A command on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What is repeated has the same number.
    pub order: u64,
    /// Is it sent under an idempotency key made of that number?
    pub keyed: bool,
    /// Who.
    pub caller: Caller,
    /// What.
    pub asked: Asked,
}

/// One decision that became durable.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What was asked.
    pub letter: Letter,
    /// What was said.
    pub said: Said,
    /// The time of its batch.
    pub at: Instant,
    /// Which commit decided it, counted over crashes.
    pub commit: u64,
}

/// A raw report as it left the network.
#[derive(Clone, Debug)]
pub struct Raw {
    /// First instant measured.
    pub from: Instant,
    /// Delays.
    pub latency_us: Vec<u32>,
    /// Bytes.
    pub bytes: u64,
    /// Rate.
    pub kbps: u64,
}
