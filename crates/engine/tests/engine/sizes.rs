//! Thousands of these are in every batch: they stay small.

use engine::{Answer, Command, Event, Rejection, Request};

#[test]
fn what_a_batch_is_made_of_stays_small() {
    let sizes = [
        ("Event", size_of::<Event>(), 96),
        ("Command", size_of::<Command>(), 64),
        ("Request", size_of::<Request>(), 128),
        ("Rejection", size_of::<Rejection>(), 32),
        ("Answer", size_of::<Answer>(), 32),
    ];
    for (name, size, most) in sizes {
        assert!(size <= most, "{name} has {size} bytes, {most} are allowed");
    }
}
