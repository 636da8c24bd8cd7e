//! What an issuer grants, and the authority block that says so.

use serde::{Deserialize, Serialize};

use crate::{
    TokenError,
    text::{between, cells_from, cells_text, hex, integer, require_plain, unhex},
};

/// The content of an authority block: the most that any descendant of the token can ever do.
///
/// Strings have 1 to 128 characters out of letters, digits and `_.:-/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Id of the entitlement, `tok_…`: the key of the ledger's account.
    pub ent: String,
    /// Capability, such as `qod.latency`.
    pub capability: String,
    /// Further capabilities of a bundle, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Quality of service profile; `None` leaves it open.
    pub qos: Option<String>,
    /// Pairwise pseudonym of the device; `None` is any device.
    pub device: Option<String>,
    /// H3 cells, all of one resolution, ascending and without duplicates; empty is anywhere.
    pub area: Vec<u64>,
    /// Begin of the window (inclusive), Unix milliseconds.
    pub from_ms: u64,
    /// End of the window (exclusive), Unix milliseconds.
    pub to_ms: u64,
    /// Unit and how many of it one request may ask for at most; the total is the ledger's to enforce.
    pub units: Option<(String, u64)>,
    /// ISO 4217 currency and minor units one request may spend at most; the total is the ledger's to enforce.
    pub budget: Option<(String, i64)>,
    /// How often the token may be passed on.
    pub max_depth: u32,
    /// Ed25519 public key of the holder, for a proof of possession made outside this crate.
    pub holder: Option<[u8; 32]>,
}

impl Grant {
    /// All capabilities that are granted.
    pub fn capabilities(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.capability).chain(&self.also).map(String::as_str)
    }

    /// The authority block, one Datalog statement each, exactly as a Biscuit library prints it.
    pub(crate) fn statements(&self) -> Result<Vec<String>, TokenError> {
        self.check()?;
        let mut facts = vec![format!("ent(\"{}\")", self.ent)];
        facts.extend(self.capabilities().map(|capability| format!("capability(\"{capability}\")")));
        let mut checks = vec![
            "check if time($t), window($a, $b), $t >= $a, $t < $b".to_owned(),
            "check if req_capability($c), capability($c)".to_owned(),
            "check if depth($d), max_depth($m), $d <= $m".to_owned(),
        ];
        if let Some(qos) = &self.qos {
            facts.push(format!("qos(\"{qos}\")"));
            checks.push("check if req_qos($q), qos($q)".to_owned());
        }
        if let Some(device) = &self.device {
            facts.push(format!("device(\"{device}\")"));
            checks.push("check if req_device($d), device($d)".to_owned());
        }
        if !self.area.is_empty() {
            facts.push(format!("area({})", cells_text(&self.area)?));
            checks.push("check if req_cell($c), area($s), $s.contains($c)".to_owned());
        }
        facts.push(format!("window({}, {})", integer("from_ms", self.from_ms)?, integer("to_ms", self.to_ms)?));
        if let Some((unit, count)) = &self.units {
            facts.push(format!("units(\"{unit}\", {})", integer("units", *count)?));
            checks.push("check if req_units($u, $x), units($u, $n), $x <= $n".to_owned());
        }
        if let Some((currency, minor)) = &self.budget {
            facts.push(format!("budget(\"{currency}\", {minor})"));
            checks.push("check if req_amount($c, $x), budget($c, $n), $x <= $n".to_owned());
        }
        facts.push(format!("max_depth({})", self.max_depth));
        if let Some(holder) = &self.holder {
            facts.push(format!("holder(hex:{})", hex(holder)));
        }
        facts.append(&mut checks);
        Ok(facts)
    }

    /// Reads an authority block back; `None` unless it is, statement for statement, what [`Grant::statements`] writes.
    pub(crate) fn from_statements(statements: &[&str]) -> Option<Self> {
        let fact = |name: &str| statements.iter().find_map(|s| between(s, &format!("{name}("), ")"));
        let text = |name: &str| fact(name).and_then(|s| between(s, "\"", "\"")).map(str::to_owned);
        let pair = |name: &str| fact(name).and_then(|s| s.strip_prefix('"')?.split_once("\", "));
        let mut capabilities = statements
            .iter()
            .filter_map(|statement| between(statement, "capability(", ")"))
            .map(|quoted| between(quoted, "\"", "\"").map(str::to_owned));
        let (from, to) = fact("window")?.split_once(", ")?;
        let grant = Self {
            ent: text("ent")?,
            capability: capabilities.next()??,
            also: capabilities.collect::<Option<_>>()?,
            qos: text("qos"),
            device: text("device"),
            area: fact("area").and_then(cells_from).unwrap_or_default(),
            from_ms: from.parse().ok()?,
            to_ms: to.parse().ok()?,
            units: pair("units").and_then(|(unit, n)| Some((unit.to_owned(), n.parse().ok()?))),
            budget: pair("budget").and_then(|(currency, n)| Some((currency.to_owned(), n.parse().ok()?))),
            max_depth: fact("max_depth")?.parse().ok()?,
            holder: fact("holder").and_then(|s| unhex(s.strip_prefix("hex:")?)?.try_into().ok()),
        };
        (grant.statements().ok()? == statements).then_some(grant)
    }

    fn check(&self) -> Result<(), TokenError> {
        require_plain("ent", &self.ent)?;
        self.capabilities().try_for_each(|capability| require_plain("capability", capability))?;
        for (name, text) in [
            ("qos", self.qos.as_ref()),
            ("device", self.device.as_ref()),
            ("unit", self.units.as_ref().map(|(unit, _)| unit)),
            ("currency", self.budget.as_ref().map(|(currency, _)| currency)),
        ] {
            text.map_or(Ok(()), |text| require_plain(name, text))?;
        }
        if !self.area.is_sorted_by(|a, b| a < b) {
            return Err(TokenError::Inexpressible("area must be ascending and without duplicates".to_owned()));
        }
        if self.budget.as_ref().is_some_and(|(_, minor)| *minor < 0) {
            return Err(TokenError::Inexpressible("budget must not be negative".to_owned()));
        }
        if self.from_ms >= self.to_ms {
            return Err(TokenError::Inexpressible("the window must not be empty".to_owned()));
        }
        Ok(())
    }
}
