//! `tessera price explain`: the lines of a fee, of later periods and of what is delivered.

use crate::offering_file::{Price, price};
use crate::time;
use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};
use rating::{Buyer, Line, Moment, PricePlan, Sale, Source, explain, fee, metered};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;
use types::{Area, Currency, Grade, H3Cell, Instant, Money, PartyKind, Unit, Window};

/// The middle of Amsterdam, where nothing is said.
const SOMEWHERE: u64 = 0x0891_9695_3297_ffff;

/// What to price.
#[derive(Args, Debug)]
pub struct Options {
    /// The plan, or an offering that has one (TOML); `docs/guide/price-plans.md` shows both
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// When the window begins
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    from: Instant,
    /// When it ends
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    to: Instant,
    /// Where, as H3 indexes; the middle of Amsterdam when it is absent
    #[arg(long, value_name = "H3", value_parser = cell)]
    place: Vec<H3Cell>,
    /// What the promise rests on
    #[arg(long)]
    grade: Option<GradeName>,
    /// Who buys
    #[arg(long, default_value = "consumer")]
    kind: Kind,
    /// The promotion code they give
    #[arg(long)]
    code: Option<String>,
    /// They never bought this before
    #[arg(long)]
    newcomer: bool,
    /// How many periods to price, where something recurs
    #[arg(long, default_value_t = 1)]
    periods: u32,
    /// And what is delivered at the beginning of the window: `llm_token=2500000`
    #[arg(long = "used", value_name = "UNIT=QUANTITY", value_parser = quantity)]
    used: Vec<(Unit, u64)>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GradeName {
    Empirical,
    Statistical,
    Hard,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Consumer,
    Enterprise,
    PublicService,
    Partner,
}

/// Lines that are due together.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Due {
    /// What they are due for.
    what: String,
    lines: Vec<Said>,
    /// Minor units, tax included.
    pub(super) total_minor: i64,
    /// Tax in it.
    tax_minor: i64,
    /// The total for people.
    total: String,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Said {
    text: String,
    quantity: u64,
    amount_minor: i64,
    amount: String,
}

/// Prices it and prints it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let name = options.file.display();
    let text = std::fs::read_to_string(&options.file).with_context(|| format!("could not read {name}"))?;
    let Price { currency, plan, .. } = price(&name.to_string(), &text)?;
    let dues = dues((&plan, currency), options)?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&dues)?);
    } else {
        print!("{}", table(currency, &dues));
    }
    Ok(())
}

pub(super) fn dues((plan, currency): (&PricePlan, Currency), options: &Options) -> anyhow::Result<Vec<Due>> {
    let window = Window::new(options.from, options.to)?;
    let cells = if options.place.is_empty() { vec![H3Cell::from_index(SOMEWHERE)] } else { options.place.clone() };
    let place = Area::new(cells)?;
    let grade = options.grade.map(GradeName::grade);
    let buyer = Buyer { kind: options.kind.kind(), code: options.code.as_deref(), newcomer: options.newcomer };
    ensure!(options.periods >= 1, "--periods: 1 or more are expected");
    let mut dues = Vec::new();
    for period in 0..options.periods {
        let Some((begins, what)) = begins(plan, window, period) else { break };
        let sale = Sale { window, place: &place, grade, period, at: begins };
        let fee = fee(plan, &sale, &buyer).context("the price cannot be counted: the window has too many steps")?;
        dues.push(due((plan, currency), what, &fee.lines));
    }
    let moment = Moment { at: window.from(), place: &place, grade };
    for (unit, quantity) in &options.used {
        let Some(found) = metered(plan, *unit, &moment) else {
            bail!("--used: the plan meters {}", units(plan));
        };
        let amount_minor = found.of(*quantity).context("the price cannot be counted: too much is used")?;
        let source = Source::Component { component: found.component, rate: found.rate };
        let line = Line { source, quantity: *quantity, amount_minor };
        dues.push(due((plan, currency), "as it is delivered".to_owned(), &[line]));
    }
    Ok(dues)
}

/// When a period begins, if it does, and what it is called.
fn begins(plan: &PricePlan, window: Window, period: u32) -> Option<(Instant, String)> {
    match (plan.period(), period) {
        (_, 0) => Some((window.from(), "at purchase".to_owned())),
        (Some(length), _) => {
            let due = length.of(&plan.zone, window, period)?;
            Some((due.from(), format!("from {}", time::text(due.from()))))
        }
        (None, _) => None,
    }
}

fn due((plan, currency): (&PricePlan, Currency), what: String, lines: &[Line]) -> Due {
    let money = |minor| Money::new(minor, currency).to_string();
    let said = |line: &Line| Said {
        text: explain(plan, currency, line),
        quantity: line.quantity,
        amount_minor: line.amount_minor,
        amount: money(line.amount_minor),
    };
    let total_minor = lines.iter().map(|line| line.amount_minor).sum();
    let tax_minor = plan.tax_in(total_minor);
    Due { what, lines: lines.iter().map(said).collect(), total_minor, tax_minor, total: money(total_minor) }
}

pub(super) fn table(currency: Currency, dues: &[Due]) -> String {
    let mut text = String::new();
    let mut row = |what: &str, amount: &str| writeln!(text, "  {what:<84} {amount:>14}").unwrap_or_default();
    for due in dues {
        row(&format!("-- {}", due.what), "");
        for line in &due.lines {
            row(&line.text, &line.amount);
        }
        let tax = Money::new(due.tax_minor, currency);
        row(&format!("total, with {tax} of tax in it"), &due.total);
    }
    text
}

fn units(plan: &PricePlan) -> String {
    let names: Vec<&str> = rating::units(plan).map(Unit::as_str).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn cell(text: &str) -> Result<H3Cell, String> {
    let parsed: Result<h3o::CellIndex, _> = text.parse();
    parsed.map(|cell| H3Cell::from_index(cell.into())).map_err(|_| format!("`{text}`: an H3 index is expected"))
}

fn quantity(text: &str) -> Result<(Unit, u64), String> {
    let known: Vec<&str> = Unit::ALL.into_iter().map(Unit::as_str).collect();
    let parsed = text.split_once('=').and_then(|(unit, quantity)| Some((Unit::parse(unit)?, quantity.parse().ok()?)));
    parsed.ok_or_else(|| format!("`{text}`: a unit and a whole quantity are expected; units are {}", known.join(", ")))
}

impl GradeName {
    const fn grade(self) -> Grade {
        match self {
            Self::Empirical => Grade::Empirical,
            Self::Statistical => Grade::Statistical,
            Self::Hard => Grade::Hard,
        }
    }
}

impl Kind {
    const fn kind(self) -> PartyKind {
        match self {
            Self::Consumer => PartyKind::Consumer,
            Self::Enterprise => PartyKind::Enterprise,
            Self::PublicService => PartyKind::PublicService,
            Self::Partner => PartyKind::Partner,
        }
    }
}
