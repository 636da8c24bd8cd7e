//! A week of radio cells of the twin, sold under three rules to the same customers.
//!
//! Every rule is the engine's own admission. What differs is what it is told each midnight of the days to come, and what it
//! has to leave free. What was promised is added up here once more, and held against the load that came: the book is not
//! asked what it thinks it sold.

use crate::dice::Dice;
use crate::shop::{MONDAY, Product, RadioCell, Shop};
use engine::Rejection;
use engine::capacity::{ResourceRef, SLOT_LENGTH, SLOTS_PER_DAY, SLOTS_PER_HOUR, SLOTS_PER_WEEK, Slot};
use engine::state::OfferingRef;
use intelligence::number::{ceil, floor, floor_u32, real};
use intelligence::service::forecast::{Forecaster, Settings};
use twin::{City, Traffic};
use types::{Duration, Instant, PPM, RadioCellId, ResourceId, Window};

/// What is sold, in kbit/s, and what a slot of it costs.
const PRODUCTS: [(u64, i64); 3] = [(5_000, 4), (10_000, 9), (20_000, 20)];
/// Days that are lived through: one on which selling starts, and the week that counts.
const SLOTS: usize = 8 * SLOTS_PER_DAY as usize;
/// The first slot that counts.
const COUNTED: usize = SLOTS_PER_DAY as usize;
/// The furthest ahead that anyone buys.
const AHEAD_SLOTS: u64 = 6 * SLOTS_PER_HOUR as u64;

/// What the scenario says.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub cells_of_each_kind: usize,
    pub weeks_learned: u32,
    /// Share of promises to be kept.
    pub promise_ppm: u64,
    /// Slots of the longest promise.
    pub slots_max: u64,
    /// What may be filled by the fixed rule.
    pub fixed_ppm: u64,
    /// What is asked for, as a multiple of all there is.
    pub offered: f64,
}

/// What the engine is told, and what it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The forecaster's bound; nothing is left, for the bound is what may be relied on.
    Bound,
    /// What is most likely; a fixed share of the radio cell is left for what is not.
    FixedShare,
    /// What is most likely, and nothing is left.
    NoMargin,
}

impl Rule {
    /// All of them, in the order of outcomes.
    pub const ALL: [Self; 3] = [Self::Bound, Self::FixedShare, Self::NoMargin];
}

/// What came of a rule in the week. Volumes are in kbit/s × slots.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Promises sold.
    pub sold: u64,
    /// Those of them in which others and promises together wanted more than there was in at least one slot.
    pub broken: u64,
    /// Sold, and broken, by radio cell and the day on which they start.
    pub days: Vec<(u64, u64)>,
    /// Gross.
    pub revenue_minor: i64,
    /// What of it was for promises that were broken.
    pub repaid_minor: i64,
    /// What there is.
    pub capacity: u64,
    /// What of it is for sale by the rule's own forecast.
    pub sellable: u64,
    /// What was promised.
    pub promised: u64,
    /// What others used.
    pub background: u64,
}

/// Slots of the week, those within the band at 99 %, and those within the bound that promises are sold by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coverage {
    pub slots: u64,
    pub within_band: u64,
    pub within_bound: u64,
}

/// One radio cell.
struct Site {
    capacity: u64,
    /// What others use, slot by slot of the days.
    load: Vec<u64>,
    band: Forecaster,
    bound: Forecaster,
    median: Forecaster,
}

/// One customer.
struct Order {
    at: Instant,
    site: usize,
    product: usize,
    /// Slots of the days.
    from: usize,
    to: usize,
}

/// A shop under one rule.
struct Seller {
    rule: Rule,
    shop: Shop,
    cells: Vec<ResourceRef>,
    offerings: Vec<OfferingRef>,
    /// Units for sale and units promised, by radio cell and slot.
    sellable: Vec<Vec<u64>>,
    promised: Vec<Vec<u64>>,
    /// What was sold, for how much.
    sold: Vec<(usize, i64)>,
}

/// Lives through the week: what came of each rule, and how often the band held.
pub fn live(plan: &Plan) -> (Vec<Outcome>, Coverage) {
    let mut sites = sites(plan);
    let orders = orders(plan, &sites);
    let mut sellers: Vec<Seller> = Rule::ALL.into_iter().map(|rule| Seller::open(rule, plan, &sites)).collect();
    let mut coverage = Coverage::default();
    let mut next = orders.iter().enumerate().peekable();
    for first in (0..SLOTS).step_by(SLOTS_PER_DAY as usize) {
        let ends = slot(first + SLOTS_PER_DAY as usize).start();
        for seller in &mut sellers {
            seller.expect(&sites, first);
        }
        while let Some((number, order)) = next.next_if(|(_, order)| order.at < ends) {
            for seller in &mut sellers {
                seller.serve(number, order);
            }
        }
        for site in &mut sites {
            if first >= COUNTED {
                coverage.count(site, first);
            }
            site.observe(first..first + SLOTS_PER_DAY as usize);
        }
    }
    (sellers.iter().map(|seller| seller.outcome(&orders, &sites)).collect(), coverage)
}

/// The radio cells, each with forecasters that have watched it for some weeks.
fn sites(plan: &Plan) -> Vec<Site> {
    let city = City::sample(plan.seed);
    let of_kind = |kind: Traffic| {
        let cells = city.radio_cells().filter(move |element| element.traffic == Some(kind));
        cells
            .take(plan.cells_of_each_kind)
            .map(|element| (element.radio_cell.expect("a radio cell"), element.capacity_kbps))
    };
    let cells: Vec<_> = Traffic::ALL.into_iter().flat_map(of_kind).collect();
    cells.into_iter().map(|(cell, capacity)| Site::watch(plan, &city, cell, capacity)).collect()
}

impl Site {
    fn watch(plan: &Plan, city: &City, cell: RadioCellId, capacity: u64) -> Self {
        let learned = plan.weeks_learned * SLOTS_PER_WEEK;
        let from = slot(0).start().before(Duration::from_days(u64::from(plan.weeks_learned) * 7));
        let background = city.background(cell, from).expect("the radio cell exists");
        let load: Vec<u64> = background
            .take(learned as usize + SLOTS)
            .map(|ppm| ceil(f64::from(ppm) / real(PPM) * real(capacity)))
            .collect();
        let forecaster = |settings| Forecaster::new(ResourceId::from_u128(cell.as_u128()), settings).expect("sound");
        let band = forecaster(Settings::of(capacity));
        let bound = forecaster(Settings::of_promises(capacity, plan.promise_ppm, plan.slots_max));
        let median = forecaster(Settings { quantile_ppm: 500_000, ..Settings::of(capacity) });
        let mut site = Self { capacity, load, band, bound, median };
        let first = Slot::containing(from).expect("a slot");
        for ahead in 0..learned {
            site.take_in(first.after(ahead), site.load[ahead as usize]);
        }
        site.load.drain(..learned as usize);
        site
    }

    fn observe(&mut self, slots: std::ops::Range<usize>) {
        for at in slots {
            self.take_in(slot(at), self.load[at]);
        }
    }

    fn take_in(&mut self, slot: Slot, load: u64) {
        for forecaster in [&mut self.band, &mut self.bound, &mut self.median] {
            forecaster.observe(slot, load).expect("slots come in order");
        }
    }
}

/// Everyone who comes, in their order. To each radio cell they come as a Poisson process.
fn orders(plan: &Plan, sites: &[Site]) -> Vec<Order> {
    let mut orders = Vec::new();
    for (number, site) in sites.iter().enumerate() {
        let mut dice = Dice::new(plan.seed, 2 + number as u64);
        let units: u64 = PRODUCTS.iter().map(|(units, _)| units).sum();
        let taken = real(units) / real(PRODUCTS.len() as u64) * real(plan.slots_max + 1) / 2.0;
        let per_slot = plan.offered * real(site.capacity) / taken;
        let mut at_slots = 0.0;
        loop {
            at_slots += dice.exponential() / per_slot;
            let at = MONDAY.after(Duration::from_ms(floor(at_slots * real(SLOT_LENGTH.as_ms()))));
            let from = usize::try_from(floor(at_slots) + 1 + dice.roll(AHEAD_SLOTS)).expect("few slots");
            let to = from + usize::try_from(1 + dice.roll(plan.slots_max)).expect("few slots");
            let product = usize::try_from(dice.roll(PRODUCTS.len() as u64)).expect("few products");
            if at_slots >= real(SLOTS as u64) {
                break;
            }
            if to <= SLOTS {
                orders.push(Order { at, site: number, product, from, to });
            }
        }
    }
    orders.sort_by_key(|order| order.at);
    orders
}

impl Seller {
    fn open(rule: Rule, plan: &Plan, sites: &[Site]) -> Self {
        let mut shop = Shop::open(MONDAY);
        let left_ppm = if rule == Rule::FixedShare { PPM - plan.fixed_ppm } else { 0 };
        let floor_ppm = floor_u32(real(left_ppm));
        let cell = |site: &Site| RadioCell { nominal: site.capacity, floor_ppm, background_ppm: 1_000_000 };
        let cells = sites.iter().map(|site| shop.define(cell(site))).collect();
        let epsilon_ppb = floor_u32(real((PPM - plan.promise_ppm) * 1_000));
        let mut publish = |&(units, slot_minor)| shop.publish(Product { units, epsilon_ppb, slot_minor });
        let offerings = PRODUCTS.iter().map(&mut publish).collect();
        let none = vec![vec![0; SLOTS]; sites.len()];
        Self { rule, shop, cells, offerings, sellable: none.clone(), promised: none, sold: Vec::new() }
    }

    /// Tells the engine what is expected of every radio cell from the slot `first` of the days on.
    fn expect(&mut self, sites: &[Site], first: usize) {
        self.shop.pass_to(slot(first).start());
        let forecasts = sites.iter().map(|site| match self.rule {
            Rule::Bound => &site.bound,
            Rule::FixedShare | Rule::NoMargin => &site.median,
        });
        let forecasts: Vec<_> = forecasts.map(|forecaster| forecaster.forecast(SLOTS_PER_WEEK)).collect();
        self.shop.load_forecasts(&self.cells, &forecasts);
        for (cell, sellable) in self.cells.iter().zip(&mut self.sellable) {
            for (at, sellable) in sellable.iter_mut().enumerate().skip(first).take(SLOTS_PER_DAY as usize) {
                let view = self.shop.state.capacity.free(*cell, slot(at)).expect("the radio cell exists");
                *sellable = view.free + view.committed;
            }
        }
    }

    fn serve(&mut self, number: usize, order: &Order) {
        self.shop.pass_to(order.at);
        let window = Window::new(slot(order.from).start(), slot(order.to).start()).expect("a window");
        match self.shop.buy(self.offerings[order.product], self.cells[order.site], window) {
            Ok(token) => {
                self.sold.push((number, self.shop.fee_minor(token)));
                let (units, _) = PRODUCTS[order.product];
                self.promised[order.site][order.from..order.to].iter_mut().for_each(|promised| *promised += units);
            }
            Err(Rejection::CapacityExhausted { .. }) => {}
            Err(other) => unreachable!("only for want of capacity is anyone refused: {other:?}"),
        }
    }

    /// Holds what was promised against what came.
    fn outcome(&self, orders: &[Order], sites: &[Site]) -> Outcome {
        let week = SLOTS / SLOTS_PER_DAY as usize - 1;
        let mut outcome = Outcome { days: vec![(0, 0); sites.len() * week], ..Outcome::default() };
        for (number, site) in sites.iter().enumerate() {
            outcome.capacity += site.capacity * u64::from(SLOTS_PER_WEEK);
            outcome.sellable += self.sellable[number][COUNTED..].iter().sum::<u64>();
            outcome.promised += self.promised[number][COUNTED..].iter().sum::<u64>();
            outcome.background += site.load[COUNTED..].iter().sum::<u64>();
        }
        for (order, fee_minor) in &self.sold {
            let order = &orders[*order];
            if order.from < COUNTED {
                continue;
            }
            let site = &sites[order.site];
            let short = |at: usize| site.load[at] + self.promised[order.site][at] > site.capacity;
            let day = &mut outcome.days[order.site * week + order.from / SLOTS_PER_DAY as usize - 1];
            outcome.sold += 1;
            day.0 += 1;
            outcome.revenue_minor += fee_minor;
            if (order.from..order.to).any(short) {
                outcome.broken += 1;
                day.1 += 1;
                outcome.repaid_minor += fee_minor;
            }
        }
        outcome
    }
}

impl Coverage {
    /// Counts the day from `first` on, of which the site has seen nothing yet.
    fn count(&mut self, site: &Site, first: usize) {
        let within = |forecaster: &Forecaster| {
            let bounds = forecaster.forecast(SLOTS_PER_DAY).units;
            bounds.iter().zip(&site.load[first..]).filter(|(bound, load)| load <= bound).count() as u64
        };
        self.slots += u64::from(SLOTS_PER_DAY);
        self.within_band += within(&site.band);
        self.within_bound += within(&site.bound);
    }
}

/// Slot `at` of the days.
fn slot(at: usize) -> Slot {
    Slot::containing(MONDAY).expect("a slot").after(u32::try_from(at).expect("few slots"))
}
