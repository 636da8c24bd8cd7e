//! Was the floor kept? The share of nominal that is never sold as premium, looked at slot by slot.

use crate::book::Book;
use crate::error::CapacityError;
use crate::refs::ResourceRef;
use crate::slot::{Slot, SlotRange};
use crate::view::SlotView;

/// What was found of one resource in a range of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloorCheck {
    /// The slots that were looked at: all of them, for between two changes of what is sold they are alike.
    pub slots: SlotRange,
    /// The slot in which least is left between what is sold and the floor, the first of several.
    pub tightest: SlotView,
    /// In how many slots the floor was sold.
    pub slots_broken: u32,
    /// The first of them.
    pub first_broken: Option<Slot>,
}

impl Book {
    /// Looks at every slot of `range`. What is sold, firm and short, is judged against what was built and works now: what
    /// worked in a slot that has elapsed is not in the book.
    pub fn check_floor(&self, resource: ResourceRef, range: SlotRange) -> Result<FloorCheck, CapacityError> {
        let mut slot = range.from();
        let mut check =
            FloorCheck { slots: range, tightest: self.free(resource, slot)?, slots_broken: 0, first_broken: None };
        let calendar = self.calendar(resource)?;
        let (mut committed, mut short) = (calendar.committed.cursor(slot), calendar.short.cursor(slot));
        while slot < range.to() {
            let view =
                SlotView { slot, committed: committed.level_at(slot), short: short.level_at(slot), ..check.tightest };
            let next = short.until(committed.until(range.to()));
            if view.floor_margin() < check.tightest.floor_margin() {
                check.tightest = self.free(resource, slot)?;
            }
            if !view.keeps_floor() {
                check.slots_broken = check.slots_broken.saturating_add(next.index().saturating_sub(slot.index()));
                check.first_broken = check.first_broken.or(Some(slot));
            }
            slot = next;
        }
        Ok(check)
    }

    /// From the first slot of which something is sold to the last, both inside; `None` when nothing is.
    pub fn sold_extent(&self, resource: ResourceRef) -> Result<Option<SlotRange>, CapacityError> {
        let calendar = self.calendar(resource)?;
        let both = calendar.committed.extent().into_iter().chain(calendar.short.extent());
        let whole = both.reduce(|one, other| {
            SlotRange::new(one.from().min(other.from()), one.to().max(other.to())).expect("each is not empty")
        });
        Ok(whole)
    }
}

impl SlotView {
    /// Is what is sold, firm and short, beside the floor no more than was built and works? What is not sold keeps it.
    pub fn keeps_floor(&self) -> bool {
        self.sold() == 0 || self.floor_margin() >= 0
    }

    /// What is left between what is sold and the floor, units a slot; less than zero where the floor is sold.
    pub fn floor_margin(&self) -> i128 {
        let whole = i128::from(self.nominal.min(self.available));
        whole.saturating_sub(self.sold()).saturating_sub(self.floor.into())
    }

    fn sold(&self) -> i128 {
        i128::from(self.committed).saturating_add(self.short.into())
    }
}
