//! Origin: where the money in a wallet came from, so that it can go back there.
//!
//! Nothing is written when money is spent. When money comes or goes in another way, what was spent since is found from the
//! balance: presents of the operator first, then the oldest money. What refunds bring back fills the same lots in the
//! opposite order, none beyond what it brought. That order is a rule of the state: it never changes.

use crate::limits::LOTS_MAX;
use crate::state::{Lot, Lots, Origin, State};
use ledger::AccountRef;

/// Where the money that a wallet has now came from, to be changed.
pub(crate) fn settled(state: &mut State, wallet: AccountRef) -> &mut Lots {
    let posted = state.ledger.account(wallet).map_or(0, |row| row.posted);
    let lots = state.lots.entry(wallet).or_default();
    lots.settle(posted);
    lots
}

impl Lots {
    /// Brings what is left up to date with what the wallet has now.
    pub(crate) fn settle(&mut self, posted: i64) {
        let left = self.left();
        let has = posted.max(0);
        if left > has {
            self.spend(left.saturating_sub(has));
        } else {
            self.fill(has.saturating_sub(left));
        }
    }

    /// What is left in all of them.
    pub(crate) fn left(&self) -> i64 {
        self.lots.iter().fold(0, |sum, lot| sum.saturating_add(lot.left_minor))
    }

    /// Money came in.
    pub(crate) fn add(&mut self, origin: Origin, amount_minor: i64) {
        let lot = Lot { number: self.next, origin, brought_minor: amount_minor, left_minor: amount_minor };
        self.next = self.next.saturating_add(1);
        self.lots.push(lot);
        while self.lots.len() > LOTS_MAX {
            self.forget_one();
        }
    }

    /// Takes money out to another wallet, in the order in which it is spent, with where it came from.
    pub(crate) fn take(&mut self, amount_minor: i64) -> Vec<(Origin, i64)> {
        let mut wanted = amount_minor;
        let mut taken = Vec::new();
        for at in self.order() {
            let Some(lot) = self.lots.get_mut(at) else { continue };
            let part = lot.left_minor.min(wanted);
            if part > 0 {
                lot.left_minor = lot.left_minor.saturating_sub(part);
                lot.brought_minor = lot.brought_minor.saturating_sub(part);
                wanted = wanted.saturating_sub(part);
                taken.push((lot.origin.clone(), part));
            }
        }
        if wanted > 0 {
            taken.push((Origin::Unstated, wanted));
        }
        taken
    }

    /// Pays out of one lot; a negative amount comes back to it.
    pub(crate) fn pay_out(&mut self, number: u32, amount_minor: i64) {
        if let Some(lot) = self.lots.iter_mut().find(|lot| lot.number == number) {
            lot.left_minor = lot.left_minor.saturating_sub(amount_minor);
            lot.brought_minor = lot.brought_minor.saturating_sub(amount_minor);
        } else if amount_minor < 0 {
            self.add(Origin::Unstated, amount_minor.saturating_neg());
        }
    }

    /// What can be paid back to where it came from, the latest first: number, reference, amount.
    pub(crate) fn refundable(&self) -> impl Iterator<Item = (u32, &str, i64)> {
        self.lots.iter().rev().filter(|lot| lot.left_minor > 0).filter_map(|lot| match &lot.origin {
            Origin::Payment(reference) => Some((lot.number, reference.as_str(), lot.left_minor)),
            Origin::Unstated | Origin::Promotion => None,
        })
    }

    fn spend(&mut self, amount_minor: i64) {
        let mut wanted = amount_minor;
        for at in self.order() {
            let Some(lot) = self.lots.get_mut(at) else { continue };
            let part = lot.left_minor.min(wanted);
            lot.left_minor = lot.left_minor.saturating_sub(part);
            wanted = wanted.saturating_sub(part);
        }
    }

    fn fill(&mut self, amount_minor: i64) {
        let mut came = amount_minor;
        for at in self.order().into_iter().rev() {
            let Some(lot) = self.lots.get_mut(at) else { continue };
            let part = lot.brought_minor.saturating_sub(lot.left_minor).min(came);
            lot.left_minor = lot.left_minor.saturating_add(part);
            came = came.saturating_sub(part);
        }
    }

    /// The places of the lots in the order in which they are spent.
    fn order(&self) -> Vec<usize> {
        let promotion = |at: &usize| self.lots.get(*at).is_some_and(|lot| lot.origin == Origin::Promotion);
        let (promotions, others): (Vec<_>, Vec<_>) = (0..self.lots.len()).partition(promotion);
        [promotions, others].concat()
    }

    /// The oldest that is spent is forgotten; when none is, the two oldest become one that nobody states the origin of.
    fn forget_one(&mut self) {
        if let Some(spent) = self.lots.iter().position(|lot| lot.left_minor == 0) {
            self.lots.remove(spent);
            return;
        }
        let first = self.lots.remove(0);
        if let Some(second) = self.lots.first_mut() {
            second.origin = Origin::Unstated;
            second.brought_minor = second.brought_minor.saturating_add(first.brought_minor);
            second.left_minor = second.left_minor.saturating_add(first.left_minor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lots: &Lots) -> Vec<(u32, i64, i64)> {
        lots.lots.iter().map(|lot| (lot.number, lot.brought_minor, lot.left_minor)).collect()
    }

    fn of(added: &[(&str, i64)]) -> Lots {
        let mut lots = Lots::default();
        for &(reference, amount) in added {
            let origin = match reference {
                "promo" => Origin::Promotion,
                "" => Origin::Unstated,
                text => Origin::Payment(text.to_owned()),
            };
            lots.add(origin, amount);
        }
        lots
    }

    #[test]
    fn presents_are_spent_first_then_the_oldest_and_refunds_go_the_other_way() {
        let mut lots = of(&[("card", 50), ("promo", 30), ("bank", 40)]);
        lots.settle(100);
        assert_eq!(shown(&lots), [(0, 50, 50), (1, 30, 10), (2, 40, 40)]);
        lots.settle(60);
        assert_eq!(shown(&lots), [(0, 50, 20), (1, 30, 0), (2, 40, 40)]);
        lots.settle(95);
        assert_eq!(shown(&lots), [(0, 50, 50), (1, 30, 5), (2, 40, 40)]);
        lots.settle(-7);
        assert_eq!(lots.left(), 0, "a debt is nobody's money");
        lots.settle(1_000);
        assert_eq!(shown(&lots), [(0, 50, 50), (1, 30, 30), (2, 40, 40)], "no lot holds more than it brought");
    }

    #[test]
    fn what_is_paid_out_never_comes_back_by_a_refund() {
        let mut lots = of(&[("card", 50), ("bank", 40)]);
        let first = lots.refundable().next().map(|(number, reference, left)| (number, reference.to_owned(), left));
        assert_eq!(first, Some((1, "bank".to_owned(), 40)));
        lots.pay_out(1, 30);
        lots.settle(500);
        assert_eq!(shown(&lots), [(0, 50, 50), (1, 10, 10)]);
        lots.pay_out(1, -30);
        assert_eq!(shown(&lots), [(0, 50, 50), (1, 40, 40)], "unless it was declined");
    }

    #[test]
    fn money_that_is_given_on_keeps_where_it_came_from() {
        let mut lots = of(&[("card", 50), ("promo", 30)]);
        let taken = lots.take(100);
        let card = Origin::Payment("card".to_owned());
        assert_eq!(taken, [(Origin::Promotion, 30), (card, 50), (Origin::Unstated, 20)]);
        lots.settle(80);
        assert_eq!(lots.left(), 0, "it cannot be had twice");
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut lots = of(&[("card", 1); LOTS_MAX]);
        lots.settle(i64::try_from(LOTS_MAX).expect("few") - 1);
        lots.add(Origin::Payment("bank".to_owned()), 9);
        assert_eq!((lots.lots.len(), shown(&lots).first().copied()), (LOTS_MAX, Some((1, 1, 1))), "a spent one goes");
        lots.add(Origin::Payment("bank".to_owned()), 9);
        assert_eq!((lots.lots.len(), shown(&lots).first().copied()), (LOTS_MAX, Some((2, 2, 2))));
        assert_eq!(lots.lots.first().map(|lot| &lot.origin), Some(&Origin::Unstated), "none is spent: two become one");
    }
}
