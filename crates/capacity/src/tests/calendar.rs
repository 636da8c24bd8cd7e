//! Which slots a window is booked in.

use super::{range, slot};
use crate::{CalendarError, SLOT_LENGTH, SLOTS_PER_WEEK, Slot, SlotRange, slots_for};
use types::{Duration, Instant, Window};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// A Friday, 13:37:30 UTC; the slot that is running began at 13:35.
const NOW: u64 = 20_000 * DAY + 13 * HOUR + 37 * MINUTE + 30_000;

/// `(from, to)` of the slots in ms since the epoch, for a window in ms from now.
fn booked(from: u64, to: u64) -> Result<(u64, u64), CalendarError> {
    let at = |ahead| Instant::from_ms(NOW + ahead);
    let slots = slots_for(Window::new(at(from), at(to)).expect("a window"), Instant::from_ms(NOW))?;
    Ok((slots.from().start().as_ms(), slots.to().start().as_ms()))
}

#[test]
fn a_window_is_rounded_outward_by_the_tier_it_ends_in() {
    let day = |n: u64| (20_000 + n) * DAY;
    let table = [
        // Ends in: within 14 days, five minutes.
        (0, 1, Ok((day(0) + 13 * HOUR + 35 * MINUTE, day(0) + 13 * HOUR + 40 * MINUTE))),
        (0, 2 * MINUTE + 30_000, Ok((day(0) + 13 * HOUR + 35 * MINUTE, day(0) + 13 * HOUR + 40 * MINUTE))),
        (0, 2 * MINUTE + 30_001, Ok((day(0) + 13 * HOUR + 35 * MINUTE, day(0) + 13 * HOUR + 45 * MINUTE))),
        (14 * DAY - HOUR, 14 * DAY, Ok((day(14) + 12 * HOUR + 35 * MINUTE, day(14) + 13 * HOUR + 40 * MINUTE))),
        // One millisecond more: whole hours, to 90 days.
        (14 * DAY - HOUR, 14 * DAY + 1, Ok((day(14) + 12 * HOUR, day(14) + 14 * HOUR))),
        (90 * DAY - HOUR, 90 * DAY, Ok((day(90) + 12 * HOUR, day(90) + 14 * HOUR))),
        // Whole days, to two years.
        (90 * DAY - HOUR, 90 * DAY + 1, Ok((day(90), day(91)))),
        (730 * DAY - 14 * HOUR, 730 * DAY, Ok((day(729), day(731)))),
        (730 * DAY - HOUR, 730 * DAY + 1, Err(CalendarError::BeyondHorizon)),
        // Rounded outward, but never into what has elapsed.
        (0, 20 * DAY, Ok((day(0) + 13 * HOUR + 35 * MINUTE, day(20) + 14 * HOUR))),
        (0, 100 * DAY, Ok((day(0) + 13 * HOUR + 35 * MINUTE, day(101)))),
    ];
    for (from, to, wanted) in table {
        assert_eq!(booked(from, to), wanted, "{from}..{to} ms from now");
    }
}

#[test]
fn a_window_in_the_past_or_beyond_time_has_no_slots() {
    let window = |from, to| Window::new(Instant::from_ms(from), Instant::from_ms(to)).expect("a window");
    let slots = |window, now| slots_for(window, Instant::from_ms(now));
    assert_eq!(slots(window(NOW - 10, NOW), NOW), Err(CalendarError::InThePast));
    let running = Slot::containing(Instant::from_ms(NOW)).expect("a slot");
    let running_only = SlotRange::new(running, running.after(1)).expect("not empty");
    assert_eq!(slots(window(NOW - DAY, NOW + 1), NOW), Ok(running_only));
    assert_eq!(slots(window(u64::MAX - 1, u64::MAX), u64::MAX - 1), Err(CalendarError::BeyondHorizon));
    let last = slot(u32::MAX).start().as_ms();
    assert_eq!(slots(window(last - 1, last), last - 1), Ok(range(u32::MAX - 1, u32::MAX)));
    assert_eq!(slots(window(last - 1, last + 1), last - 1), Err(CalendarError::BeyondHorizon));
}

#[test]
fn a_booking_made_in_days_stays_inside_what_hours_and_minutes_would_book() {
    // The same window, asked for ever later: the slots only narrow, and always cover it.
    let window = Window::starting(Instant::from_ms(NOW + 700 * DAY), Duration::from_hours(2)).expect("a window");
    let booked_at = |ms| slots_for(window, Instant::from_ms(ms)).expect("in time").window();
    let asked = [NOW, NOW + 620 * DAY, NOW + 690 * DAY].map(booked_at);
    assert!(asked[0].covers(asked[1]) && asked[1].covers(asked[2]) && asked[2].covers(window));
    assert!(asked[0] != asked[1] && asked[1] != asked[2]);
}

#[test]
fn the_week_starts_on_monday_and_comes_round() {
    // 1970-01-05 was a Monday.
    let monday = Slot::containing(Instant::from_ms(4 * DAY)).expect("a slot");
    let hour = |slots| monday.after(slots).hour_of_week();
    assert_eq!([hour(0), hour(11), hour(12), hour(SLOTS_PER_WEEK - 1), hour(SLOTS_PER_WEEK)], [0, 0, 1, 167, 0]);
    assert_eq!(slot(0).hour_of_week(), 72, "the epoch was a Thursday");
    assert!(slot(u32::MAX).hour_of_week() < 168);
    assert_eq!(SLOT_LENGTH, Duration::from_mins(5));
}
