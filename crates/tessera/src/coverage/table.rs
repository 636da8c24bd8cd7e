//! The answers as a table: area and people, by how far up is looked, and why not.

use super::ask::{Answer, TIERS};
use super::people::Counted;
use h3o::CellIndex;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// What is shown of a place that is served.
const SERVED: &str = "served";

/// By outcome, how much of it with each tier.
type Rows = BTreeMap<&'static str, [f64; 3]>;

/// Area in km² and people.
#[derive(Debug)]
pub struct Table {
    area: Rows,
    people: Rows,
    outside: u64,
}

impl Table {
    /// Sums the answers.
    pub fn of(answers: &BTreeMap<CellIndex, Answer>, counted: &Counted) -> Self {
        let mut area = Rows::from([(SERVED, [0.0; 3])]);
        for (cell, answer) in answers {
            add(&mut area, answer, cell.area_km2());
        }
        let mut people = Rows::new();
        for (count, answer) in counted.inside.values().flatten() {
            people.entry(SERVED).or_default();
            add(&mut people, answer, intelligence::number::real(*count));
        }
        Self { area, people, outside: counted.outside }
    }
}

fn add(rows: &mut Rows, answer: &Answer, amount: f64) {
    for ((_, answer), at) in TIERS.iter().zip(answer).zip(0..) {
        let why = answer.map_or_else(|rejection| rejection.code(), |()| SERVED);
        let at: usize = at;
        rows.entry(why).or_default()[at] += amount;
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:28}{:>24}{:>24}{:>24}", "", "by the ground alone", "with relays", "with satellites")?;
        block(f, "area, km²", &self.area)?;
        if !self.people.is_empty() {
            block(f, "people", &self.people)?;
        }
        if self.outside > 0 {
            writeln!(f, "{} people live outside of what was asked", self.outside)?;
        }
        Ok(())
    }
}

/// What is served first, then the reasons.
fn block(f: &mut Formatter<'_>, title: &str, rows: &Rows) -> fmt::Result {
    let total: f64 = rows.values().map(|row| row[0]).sum();
    let share = |amount: f64| if total > 0.0 { 100.0 * amount / total } else { 0.0 };
    let served = rows.iter().filter(|(why, _)| **why == SERVED);
    for (why, row) in served.chain(rows.iter().filter(|(why, _)| **why != SERVED)) {
        let cells = row.map(|amount| format!("{amount:.0} ({:.1} %)", share(amount)));
        let name = if *why == SERVED { format!("{title} {why}") } else { format!("  {why}") };
        writeln!(f, "{name:28}{:>24}{:>24}{:>24}", cells[0], cells[1], cells[2])?;
    }
    Ok(())
}
