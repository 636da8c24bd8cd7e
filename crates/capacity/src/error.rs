//! Why the book refuses.

use crate::booking::LEGS_MAX;
use crate::refs::{BookingRef, ProfileRef, ResourceRef};
use crate::slot::Slot;
use std::fmt;

/// The first slot in which a resource does not have what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Which resource.
    pub resource: ResourceRef,
    /// The first slot that falls short.
    pub slot: Slot,
    /// What all legs on the resource together want, units a slot.
    pub wanted: u64,
    /// What they can have there, units a slot.
    pub free: u64,
}

/// A refusal. The variants stand in order of precedence: of several reasons the first is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapacityError {
    /// A booking without legs.
    NoLegs,
    /// More than [`LEGS_MAX`] legs.
    TooManyLegs,
    /// A leg of nothing.
    ZeroUnits,
    /// A leg in slots that are not the booking's.
    LegOutside,
    /// A share above a million ppm.
    InvalidShare,
    /// No such resource.
    UnknownResource(ResourceRef),
    /// No such profile.
    UnknownProfile(ProfileRef),
    /// No such live booking.
    UnknownBooking(BookingRef),
    /// More resources, profiles or bookings than there are handles for.
    BookFull,
    /// The legs on one resource together want more than can be counted.
    Overflow,
    /// The resource does not have it.
    Exhausted(Shortfall),
    /// The resource has it, but not for another quote.
    QuoteShareExceeded(Shortfall),
    /// Only a short hold can be confirmed or expire.
    NotShort,
    /// Only a firm hold can be captured.
    NotFirm,
    /// The hold is confirmed at or after the instant it expires at.
    HoldExpired,
    /// A snapshot restores out of order, twice, or something that could not be.
    NotRestorable,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, slot, wanted, free } = self;
        write!(f, "resource {resource} has {free} of the {wanted} units wanted in slot {}", slot.index())
    }
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLegs => f.write_str("a booking needs at least one leg"),
            Self::TooManyLegs => write!(f, "a booking has at most {LEGS_MAX} legs"),
            Self::ZeroUnits => f.write_str("a leg holds at least one unit"),
            Self::LegOutside => f.write_str("a leg holds slots of its booking only"),
            Self::InvalidShare => f.write_str("a share is at most 1,000,000 ppm"),
            Self::UnknownResource(resource) => write!(f, "there is no resource {resource}"),
            Self::UnknownProfile(profile) => write!(f, "there is no profile {profile}"),
            Self::UnknownBooking(booking) => write!(f, "there is no booking {booking}"),
            Self::BookFull => f.write_str("the book has no handle left"),
            Self::Overflow => f.write_str("the legs want more units than can be counted"),
            Self::Exhausted(shortfall) => write!(f, "exhausted: {shortfall}"),
            Self::QuoteShareExceeded(shortfall) => write!(f, "quotes have taken their share: {shortfall}"),
            Self::NotShort => f.write_str("the hold is firm already"),
            Self::NotFirm => f.write_str("the hold is not firm yet"),
            Self::HoldExpired => f.write_str("the hold has expired"),
            Self::NotRestorable => f.write_str("the snapshot restores what cannot be"),
        }
    }
}

impl std::error::Error for CapacityError {}
