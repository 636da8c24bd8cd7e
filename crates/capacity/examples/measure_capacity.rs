//! How fast the book answers when it is full: `cargo run --release -p capacity --example measure_capacity`.
//!
//! 100,000 resources and 1,000,000 live bookings of three legs over two hours, spread over 14 days; once with every leg
//! on a resource of its own, once with one leg of each on a core that all share.

use capacity::{
    Book, BookingRef, HoldState, LEGS_MAX, Leg, Profile, ProfileRef, Resource, ResourceRef, Slot, SlotRange, Terms,
};
use std::hint::black_box;
#[expect(clippy::disallowed_types, reason = "an example measures; the library has no clock")]
use std::time::Instant;

const RESOURCES: u32 = 100_000;
const BOOKINGS: u32 = 1_000_000;
const ROUNDS: u32 = 200_000;
const LEGS: usize = 3;
const LENGTH_SLOTS: u32 = 24;
const DAYS_14: u32 = 14 * capacity::SLOTS_PER_DAY;
/// Some Monday.
const START: u32 = 20_000 * capacity::SLOTS_PER_DAY;
const QUOTE: Terms = Terms::Short { share_ppm: 300_000 };

/// xorshift64: the same load in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(bound)).expect("below a u32")
    }

    fn legs(&mut self, with_core: bool) -> [Leg; LEGS] {
        let mut legs = [0; LEGS].map(|_| {
            let resource = ResourceRef::from_index(1 + self.below(RESOURCES - 1));
            Leg::throughout(resource, 1 + u64::from(self.below(50)))
        });
        if with_core {
            legs[0].resource = ResourceRef::from_index(0);
        }
        legs
    }

    fn slots(&mut self) -> SlotRange {
        let from = Slot::from_index(START + self.below(DAYS_14 - LENGTH_SLOTS));
        SlotRange::new(from, from.after(LENGTH_SLOTS)).expect("not empty")
    }
}

fn main() {
    println!(
        "{LEGS} legs (of at most {LEGS_MAX}) x {LENGTH_SLOTS} slots, {RESOURCES} resources, {BOOKINGS} live bookings"
    );
    for with_core in [false, true] {
        println!("{}", if with_core { "one leg of each on a shared core" } else { "legs spread over all resources" });
        measure(with_core);
    }
}

fn measure(with_core: bool) {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let empty = resident_bytes();
    let mut book = network();
    let built = resident_bytes();
    let filling = Timer::start();
    for _ in 0..BOOKINGS {
        book.hold(&draw.legs(with_core), draw.slots(), HoldState::Firm);
    }
    filling.stop("fill: hold", BOOKINGS);
    let filled = resident_bytes();
    // The second book lives in memory that the first one gave back, so only the first says how large it is.
    if !with_core {
        println!("  {:>9} bytes a resource", built.saturating_sub(empty) / u64::from(RESOURCES));
        println!("  {:>9} bytes a booking", filled.saturating_sub(built) / u64::from(BOOKINGS));
    }

    let wanted: Vec<_> = (0..ROUNDS).map(|_| (draw.legs(with_core), draw.slots())).collect();
    let checking = Timer::start();
    let admitted =
        wanted.iter().filter(|(legs, slots)| book.check_hold(black_box(legs), *slots, QUOTE).is_ok()).count();
    checking.stop("check_hold", ROUNDS);
    assert!(admitted > wanted.len() / 2, "most are admitted, so all slots of all legs are looked at: {admitted}");

    let cycling = Timer::start();
    for (legs, slots) in &wanted {
        cycle(&mut book, legs, *slots);
    }
    cycling.stop("hold + confirm + release", ROUNDS);

    let year = SlotRange::new(Slot::from_index(START), Slot::from_index(START + 700 * capacity::SLOTS_PER_DAY));
    let checking = Timer::start();
    for (legs, _) in wanted.iter().take(1_000) {
        black_box(book.check_hold(legs, year.expect("not empty"), Terms::Firm).is_ok());
    }
    checking.stop("check_hold over 700 days", 1_000);
}

fn cycle(book: &mut Book, legs: &[Leg], slots: SlotRange) {
    let state = HoldState::Short { expires_at: types::Instant::MAX };
    let booking: BookingRef = book.hold(legs, slots, state);
    book.confirm(booking);
    black_box(book.release(booking, slots.from()));
}

/// Resource 0 is a core that can take everything.
fn network() -> Book {
    let mut book = Book::default();
    for shape in 0..64_u32 {
        let hours = (0..168_u32).map(|hour| 200_000 + (hour * 7_919 + shape * 104_729) % 200_000).collect();
        book.add_profile(Profile::new(hours).expect("168 hours"));
    }
    for index in 0..RESOURCES {
        let nominal = if index == 0 { 1_000_000_000_000 } else { 1_000_000 };
        book.add_resource(Resource {
            nominal,
            available: nominal,
            floor_ppm: 200_000,
            background_min: nominal / 10,
            profile: ProfileRef::from_index(u16::try_from(index % 64).expect("below 64")),
            profile_scale_ppm: 900_000,
        });
    }
    book
}

#[expect(clippy::disallowed_types, reason = "an example measures; the library has no clock")]
struct Timer(Instant);

impl Timer {
    #[expect(clippy::disallowed_types, reason = "an example measures; the library has no clock")]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn stop(self, what: &str, times: u32) {
        println!("  {:>9} ns {what}", self.0.elapsed().as_nanos() / u128::from(times));
    }
}

/// Of this process, on Linux; elsewhere none.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}
