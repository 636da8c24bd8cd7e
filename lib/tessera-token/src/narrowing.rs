//! What a holder takes away before passing a token on. Typed: no Datalog goes in.

use std::fmt;

use serde::Serialize;

use crate::{
    TokenError,
    text::{between, cells_from, cells_text, integer, require_plain},
};

/// One restriction. It can only take away: every check of every block must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Clause {
    /// One request spends at most this, and only in this currency.
    AmountMax {
        /// ISO 4217 code.
        currency: String,
        /// Minor units.
        minor: i64,
    },
    /// One request asks for at most this many, and only of this unit.
    UnitsMax {
        /// Unit, such as `s`.
        unit: String,
        /// How many.
        count: u64,
    },
    /// Only from (inclusive) to (exclusive), Unix milliseconds.
    Window {
        /// Begin.
        from_ms: u64,
        /// End.
        to_ms: u64,
    },
    /// Only in these H3 cells.
    Cells {
        /// Ascending, without duplicates.
        cells: Vec<u64>,
    },
    /// Only with this quality of service profile.
    Qos {
        /// Its name.
        qos: String,
    },
    /// Only for this device.
    Device {
        /// Its pairwise pseudonym.
        device: String,
    },
    /// Only this operation.
    Op {
        /// Its name.
        op: String,
    },
}

/// The restrictions of one delegation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Narrowing {
    /// All of them must hold.
    pub clauses: Vec<Clause>,
}

impl Narrowing {
    /// Takes nothing away.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one restriction.
    #[must_use]
    pub fn with(mut self, clause: Clause) -> Self {
        self.clauses.push(clause);
        self
    }

    /// At most `minor` minor units of `currency` in one request.
    #[must_use]
    pub fn amount_max(self, currency: &str, minor: i64) -> Self {
        self.with(Clause::AmountMax { currency: currency.to_owned(), minor })
    }

    /// At most `count` of `unit` in one request.
    #[must_use]
    pub fn units_max(self, unit: &str, count: u64) -> Self {
        self.with(Clause::UnitsMax { unit: unit.to_owned(), count })
    }

    /// Only from `from_ms` (inclusive) to `to_ms` (exclusive).
    #[must_use]
    pub fn window(self, from_ms: u64, to_ms: u64) -> Self {
        self.with(Clause::Window { from_ms, to_ms })
    }

    /// Only in these H3 cells.
    #[must_use]
    pub fn cells(self, cells: impl IntoIterator<Item = u64>) -> Self {
        let mut cells: Vec<u64> = cells.into_iter().collect();
        cells.sort_unstable();
        cells.dedup();
        self.with(Clause::Cells { cells })
    }

    /// Only with this quality of service profile.
    #[must_use]
    pub fn qos(self, qos: &str) -> Self {
        self.with(Clause::Qos { qos: qos.to_owned() })
    }

    /// Only for this device.
    #[must_use]
    pub fn device(self, device: &str) -> Self {
        self.with(Clause::Device { device: device.to_owned() })
    }

    /// Only this operation.
    #[must_use]
    pub fn op(self, op: &str) -> Self {
        self.with(Clause::Op { op: op.to_owned() })
    }
}

impl Clause {
    /// The check, exactly as a Biscuit library prints it.
    pub(crate) fn statement(&self) -> Result<String, TokenError> {
        Ok(match self {
            Self::AmountMax { currency, minor } => {
                require_plain("currency", currency)?;
                format!("check if req_amount(\"{currency}\", $x), $x <= {minor}")
            }
            Self::UnitsMax { unit, count } => {
                require_plain("unit", unit)?;
                format!("check if req_units(\"{unit}\", $x), $x <= {}", integer("units", *count)?)
            }
            Self::Window { from_ms, to_ms } => {
                let (from, to) = (integer("from_ms", *from_ms)?, integer("to_ms", *to_ms)?);
                format!("check if time($t), $t >= {from}, $t < {to}")
            }
            Self::Cells { cells } if cells.is_empty() => {
                return Err(TokenError::Inexpressible("cells must not be empty".to_owned()));
            }
            Self::Cells { cells } => format!("check if req_cell($c), {}.contains($c)", cells_text(cells)?),
            Self::Qos { qos } => named("req_qos", qos)?,
            Self::Device { device } => named("req_device", device)?,
            Self::Op { op } => named("op", op)?,
        })
    }

    /// Reads a check back; `None` unless it is exactly what [`Clause::statement`] writes.
    pub(crate) fn from_statement(statement: &str) -> Option<Self> {
        let clause = Self::read(statement.strip_prefix("check if ")?)?;
        (clause.statement().ok()? == statement).then_some(clause)
    }

    fn read(body: &str) -> Option<Self> {
        let limit = |name: &str| body.strip_prefix(name)?.strip_prefix("(\"")?.split_once("\", $x), $x <= ");
        let text = |name: &str| Some(between(body.strip_prefix(name)?, "(\"", "\")")?.to_owned());
        if let Some((currency, minor)) = limit("req_amount") {
            return Some(Self::AmountMax { currency: currency.to_owned(), minor: minor.parse().ok()? });
        }
        if let Some((unit, count)) = limit("req_units") {
            return Some(Self::UnitsMax { unit: unit.to_owned(), count: count.parse().ok()? });
        }
        if let Some((from, to)) = body.strip_prefix("time($t), $t >= ").and_then(|s| s.split_once(", $t < ")) {
            return Some(Self::Window { from_ms: from.parse().ok()?, to_ms: to.parse().ok()? });
        }
        if let Some(cells) = between(body, "req_cell($c), ", ".contains($c)") {
            return Some(Self::Cells { cells: cells_from(cells)? });
        }
        text("req_qos")
            .map(|qos| Self::Qos { qos })
            .or_else(|| text("req_device").map(|device| Self::Device { device }))
            .or_else(|| text("op").map(|op| Self::Op { op }))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AmountMax { currency, minor } => write!(f, "at most {minor} minor units of {currency}"),
            Self::UnitsMax { unit, count } => write!(f, "at most {count} {unit}"),
            Self::Window { from_ms, to_ms } => write!(f, "only from {from_ms} ms to {to_ms} ms"),
            Self::Cells { cells } => write!(f, "only in {} cells", cells.len()),
            Self::Qos { qos } => write!(f, "only with {qos}"),
            Self::Device { device } => write!(f, "only for device {device}"),
            Self::Op { op } => write!(f, "only to {op}"),
        }
    }
}

fn named(predicate: &str, text: &str) -> Result<String, TokenError> {
    require_plain(predicate, text)?;
    Ok(format!("check if {predicate}(\"{text}\")"))
}
