//! Golden bytes: the journal holds these forms for good.

use super::{hundred, leg, range, short_until, slot};
use crate::{Booking, BookingRef, HoldState, Leg, Profile, Resource, ResourceRef, SlotRange};
use minicbor::{Decode, Encode};
use std::fmt::Debug;

fn golden<T>(value: &T, bytes: &[u8])
where
    T: Debug + PartialEq + Encode<()> + for<'b> Decode<'b, ()>,
{
    assert_eq!(minicbor::to_vec(value).expect("encodes"), bytes);
    assert_eq!(minicbor::decode::<T>(bytes).expect("decodes"), *value);
}

#[test]
fn forms_in_the_journal_are_frozen() {
    golden(&BookingRef::from_index(7), &[7]);
    golden(&slot(300), &[0x19, 1, 44]);
    golden(&range(1, 2), &[0x82, 1, 2]);
    golden(&leg(ResourceRef::from_index(3), 9), &[0x82, 3, 9]);
    let some = Leg { slots: Some(range(1, 2)), ..leg(ResourceRef::from_index(3), 9) };
    golden(&some, &[0x83, 3, 9, 0x82, 1, 2]);
    golden(&HoldState::Firm, &[0x82, 1, 0x80]);
    golden(&short_until(5), &[0x82, 0, 0x81, 5]);
    let resource = Resource { background_min: 4, ..hundred() };
    golden(&resource, &[0x86, 0x18, 100, 0x18, 100, 0x1a, 0, 1, 0x86, 0xa0, 4, 0, 0x1a, 0, 0x0f, 0x42, 0x40]);
    let legs = vec![leg(ResourceRef::from_index(3), 9)];
    let booking = Booking { legs, slots: range(1, 3), captured_to: slot(2), state: HoldState::Firm };
    golden(&booking, &[0x84, 0x81, 0x82, 3, 9, 0x82, 1, 3, 2, 0x82, 1, 0x80]);
    let mut profile = vec![0x98, 168];
    profile.extend([1; 168]);
    golden(&Profile::flat(1), &profile);
}

#[test]
fn what_could_not_be_written_is_not_read() {
    for bytes in [[0x82, 2, 2], [0x82, 3, 2], [0x83, 1, 2]] {
        assert!(minicbor::decode::<SlotRange>(&bytes).is_err(), "{bytes:?}");
    }
    assert!(minicbor::decode::<Profile>(&[0x81, 1]).is_err());
    assert_eq!(Profile::new(vec![0; 167]), None);
}
