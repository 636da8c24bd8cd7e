//! Customers who come by chance, stay by chance, and ask the engine each time.
//!
//! A customer buys a window that starts now and is far longer than it will stay, and gives the token up when it leaves. A
//! release gives back from the slot that is running on, and every live token holds that slot, so what an arriving
//! customer finds free in it is exactly what the customers present leave: slots of five minutes do not blur the chain,
//! however short the stay. What is promised for later slots is always less, for the same tokens hold them.

use crate::batches::{BATCHES, Interval, T_BATCHES};
use crate::dice::Dice;
use crate::shop::{MONDAY, Product, RadioCell, Shop};
use engine::Rejection;
use engine::capacity::ResourceRef;
use engine::state::{OfferingRef, TokenRef};
use intelligence::element::queueing::kaufman_roberts::{Class, occupancy};
use intelligence::element::queueing::reservation;
use intelligence::number::{floor, floor_u32, real};
use std::collections::BTreeMap;
use types::{Duration, Instant, Window};

/// What a customer stays on average.
const STAY: Duration = Duration::from_mins(10);
/// What it buys: 24 times that, which one in 26 thousand million outstays.
const WINDOW: Duration = Duration::from_hours(4);
/// The radio cell's units, most of which are floor and background.
const NOMINAL: u32 = 100;
const FLOOR_PPM: u32 = 200_000;
const FLOOR: u32 = 20;
/// Firm quotes together may hold a fifth of what is free, so that who asks for one of `b` units leaves `4 b` behind.
const LEFT_BY_A_QUOTE: u32 = 4;

/// How a class buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Without being asked twice.
    AtOnce,
    /// By a firm quote.
    ByQuote,
}

/// Customers of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Customers {
    /// Arrivals in the time one stays on average.
    pub offered_erlang: f64,
    /// Units each takes.
    pub units: u32,
    /// How they buy.
    pub way: Way,
}

/// What customers met.
pub struct Met {
    /// Share of arrivals refused, by class.
    pub refused: Vec<Interval>,
    /// Share of arrivals that found so many units taken.
    pub found: Vec<Interval>,
    /// Units taken that arrivals found, in the mean.
    pub mean_units: Interval,
}

/// Counts of one batch.
struct Batch {
    arrived: Vec<u64>,
    refused: Vec<u64>,
    found: Vec<u64>,
}

/// One run.
struct Street<'a> {
    shop: Shop,
    cell: ResourceRef,
    classes: &'a [Customers],
    offerings: Vec<OfferingRef>,
    /// Who leaves when; a number keeps two of one instant apart.
    leaving: BTreeMap<(Instant, u64), TokenRef>,
    now_ms: f64,
    dice: Dice,
    sold: u64,
}

/// Lets `arrivals` customers come to a radio cell that has `units` to sell, after as many as one batch that do not count.
pub fn meet(units: u32, classes: &[Customers], arrivals: u64, seed: u64) -> Met {
    let mut street = Street::new(units, classes, seed);
    let length = arrivals / BATCHES as u64;
    street.batch(units, length);
    let batches: Vec<Batch> = (0..BATCHES).map(|_| street.batch(units, length)).collect();
    let interval =
        |mean: &dyn Fn(&Batch) -> f64| Interval::of(&batches.iter().map(mean).collect::<Vec<_>>(), T_BATCHES);
    let share = |part: u64, whole: u64| real(part) / real(whole);
    let taken = |batch: &Batch| -> u64 { (0..).zip(&batch.found).map(|(units, count): (u64, _)| units * count).sum() };
    Met {
        refused: (0..classes.len()).map(|k| interval(&|batch| share(batch.refused[k], batch.arrived[k]))).collect(),
        found: (0..=units as usize).map(|j| interval(&|batch| share(batch.found[j], length))).collect(),
        mean_units: interval(&|batch| share(taken(batch), length)),
    }
}

/// What the models say of the same: the share refused by class, and the distribution of units taken where the recursion
/// is exact, which it is without a reservation.
pub fn model(units: u32, classes: &[Customers]) -> (Vec<f64>, Vec<f64>) {
    let classes: Vec<Class> = classes.iter().map(Customers::class).collect();
    if classes.iter().any(|class| class.reserved_units > 0) {
        return (reservation::blocked(units, &classes).expect("a small chain"), Vec::new());
    }
    let occupancy = occupancy(units, &classes).expect("sound classes");
    (occupancy.blocked, occupancy.distribution)
}

impl Customers {
    fn class(&self) -> Class {
        let reserved_units = if self.way == Way::ByQuote { LEFT_BY_A_QUOTE * self.units } else { 0 };
        Class { offered_erlang: self.offered_erlang, units: self.units, reserved_units }
    }
}

impl<'a> Street<'a> {
    fn new(units: u32, classes: &'a [Customers], seed: u64) -> Self {
        let mut shop = Shop::open(MONDAY);
        let background_ppm = (NOMINAL - FLOOR - units) * (1_000_000 / NOMINAL);
        let cell = shop.define(RadioCell { nominal: NOMINAL.into(), floor_ppm: FLOOR_PPM, background_ppm });
        let product = |customers: &Customers| Product { units: customers.units.into(), epsilon_ppb: 0, slot_minor: 0 };
        let offerings = classes.iter().map(|customers| shop.publish(product(customers))).collect();
        let now_ms = real(MONDAY.as_ms());
        Self { shop, cell, classes, offerings, leaving: BTreeMap::new(), now_ms, dice: Dice::new(seed, 1), sold: 0 }
    }

    fn batch(&mut self, units: u32, arrivals: u64) -> Batch {
        let none = vec![0; self.classes.len()];
        let mut batch = Batch { arrived: none.clone(), refused: none, found: vec![0; units as usize + 1] };
        for _ in 0..arrivals {
            self.arrive(&mut batch);
        }
        batch
    }

    fn arrive(&mut self, batch: &mut Batch) {
        let offered: f64 = self.classes.iter().map(|customers| customers.offered_erlang).sum();
        self.now_ms += self.dice.exponential() / offered * real(STAY.as_ms());
        let now = Instant::from_ms(floor(self.now_ms));
        self.leave_until(now);
        self.shop.pass_to(now);
        let class = self.whose(offered);
        let found = usize::try_from(self.shop.committed(self.cell)).expect("few units");
        // A cell that was sold beyond its units shows in a state that is none.
        *batch.found.get_mut(found).expect("never more is promised than there is to sell") += 1;
        batch.arrived[class] += 1;
        let window = Window::starting(now, WINDOW).expect("a window");
        let bought = match self.classes[class].way {
            Way::AtOnce => self.shop.buy(self.offerings[class], self.cell, window),
            Way::ByQuote => self.shop.buy_quoted(self.offerings[class], self.cell, window),
        };
        match bought {
            Ok(token) => {
                let leaves = now.after(Duration::from_ms(floor(self.dice.exponential() * real(STAY.as_ms()))));
                self.sold += 1;
                self.leaving.insert((leaves, self.sold), token);
            }
            Err(Rejection::CapacityExhausted { .. } | Rejection::QuoteShareExhausted) => batch.refused[class] += 1,
            Err(other) => unreachable!("only for want of capacity is anyone refused: {other:?}"),
        }
    }

    fn leave_until(&mut self, now: Instant) {
        while let Some(entry) = self.leaving.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), token) = entry.remove_entry();
            self.shop.pass_to(at);
            self.shop.release(token);
        }
    }

    /// The class of the next customer, in proportion to what each offers.
    fn whose(&mut self, offered: f64) -> usize {
        let mut left = self.dice.uniform() * offered;
        let last = self.classes.len() - 1;
        let fits = |customers: &Customers| {
            left -= customers.offered_erlang;
            left < 0.0
        };
        self.classes.iter().position(fits).unwrap_or(last)
    }
}

/// `2 × 1, 1 × 2 by quote`: erlang × units.
pub fn customers(cell: &str) -> Vec<Customers> {
    let class = |text: &str| {
        let (text, way) = match text.trim().strip_suffix("by quote") {
            Some(text) => (text, Way::ByQuote),
            None => (text, Way::AtOnce),
        };
        let (erlang, units) = text.split_once('×').expect("erlang × units");
        let parse = |text: &str| text.trim().parse::<f64>().expect("a number");
        Customers { offered_erlang: parse(erlang), units: floor_u32(parse(units)), way }
    };
    cell.split(',').map(class).collect()
}
