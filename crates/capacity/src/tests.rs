//! Tables, by what is asked of the book. The model and its properties are in `tests/model`.
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test may panic")]

mod bids;
mod bounds;
mod calendar;
mod codec;
mod deficits;
mod floor;
mod forecast;
mod holds;

use crate::{Book, HoldState, Leg, Profile, ProfileRef, Resource, ResourceRef, Slot, SlotRange};
use types::Instant;

fn slot(index: u32) -> Slot {
    Slot::from_index(index)
}

fn range(from: u32, to: u32) -> SlotRange {
    SlotRange::new(slot(from), slot(to)).expect("not empty")
}

fn leg(resource: ResourceRef, units: u64) -> Leg {
    Leg::throughout(resource, units)
}

fn short_until(ms: u64) -> HoldState {
    HoldState::Short { expires_at: Instant::from_ms(ms) }
}

/// 100 units a slot, 10 of them floor, without background.
fn hundred() -> Resource {
    Resource {
        nominal: 100,
        available: 100,
        floor_ppm: 100_000,
        background_min: 0,
        profile: ProfileRef::from_index(0),
        profile_scale_ppm: 1_000_000,
    }
}

fn book_of(resource: Resource, profile: Profile) -> (Book, ResourceRef) {
    let mut book = Book::default();
    book.add_profile(profile);
    assert_eq!(book.check_add(&resource), Ok(()));
    let resource = book.add_resource(resource);
    (book, resource)
}

fn book_of_one() -> (Book, ResourceRef) {
    book_of(hundred(), Profile::flat(0))
}

fn free(book: &Book, resource: ResourceRef, at: u32) -> u64 {
    book.free(resource, slot(at)).expect("the resource exists").free
}
