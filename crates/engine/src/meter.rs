//! Which sequence numbers a meter has sent: a high-water mark and a ring of bits behind it, not a key each.

use crate::limits::SEQUENCE_WINDOW;
use crate::state::Source;

const WORD_BITS: u64 = 64;
const WORDS: usize = (SEQUENCE_WINDOW / WORD_BITS) as usize;

/// Was this sequence number sent before?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// No.
    New,
    /// Yes.
    Repeated,
    /// Too long ago to say.
    TooOld {
        /// The oldest that can still be judged.
        oldest: u64,
    },
}

/// Looks a sequence number up. Numbers start at 1.
pub(crate) fn seen(source: &Source, sequence: u64) -> Seen {
    if sequence > source.high {
        return Seen::New;
    }
    let oldest = source.high.saturating_sub(SEQUENCE_WINDOW).saturating_add(1);
    if sequence == 0 || sequence < oldest {
        return Seen::TooOld { oldest };
    }
    let (word, bit) = place(sequence);
    if source.seen.get(word).is_some_and(|bits| bits & bit != 0) { Seen::Repeated } else { Seen::New }
}

/// Marks a sequence number as sent. The numbers between the old high-water mark and a new one are not sent yet.
pub(crate) fn mark(source: &mut Source, sequence: u64) {
    source.seen.resize(WORDS, 0);
    let first = source.high.saturating_add(1).max(sequence.saturating_sub(SEQUENCE_WINDOW).saturating_add(1));
    for skipped in first..=sequence {
        let (word, bit) = place(skipped);
        *word_of(source, word) &= !bit;
    }
    source.high = source.high.max(sequence);
    let (word, bit) = place(sequence);
    *word_of(source, word) |= bit;
}

fn place(sequence: u64) -> (usize, u64) {
    let at = sequence.checked_rem(SEQUENCE_WINDOW).unwrap_or(0);
    let word = usize::try_from(at.checked_div(WORD_BITS).unwrap_or(0)).unwrap_or(0);
    (word, 1_u64.checked_shl(u32::try_from(at % WORD_BITS).unwrap_or(0)).unwrap_or(0))
}

fn word_of(source: &mut Source, word: usize) -> &mut u64 {
    source.seen.get_mut(word).expect("the ring has a word for every place")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::PartyRef;
    use std::collections::BTreeSet;
    use types::SourceId;

    #[test]
    fn agrees_with_a_set_that_remembers_everything() {
        let mut source = Source { id: SourceId::from_u128(1), owner: PartyRef::OPERATOR, high: 0, seen: Vec::new() };
        let mut all = BTreeSet::new();
        let mut x = 7_u64;
        for step in 0..20_000_u64 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let jump = if x >> 56 == 0 { 1_500 } else { 40 };
            let sequence = (step * 3 + (x >> 33) % jump).saturating_sub(30).max(1);
            let high = all.last().copied().unwrap_or(0);
            let expected = match sequence {
                s if s <= high && s + SEQUENCE_WINDOW <= high => Seen::TooOld { oldest: high - SEQUENCE_WINDOW + 1 },
                s if all.contains(&s) => Seen::Repeated,
                _ => Seen::New,
            };
            assert_eq!(seen(&source, sequence), expected, "step {step}");
            if expected == Seen::New {
                mark(&mut source, sequence);
                all.insert(sequence);
            }
        }
        assert!(all.len() > 5_000);
    }
}
