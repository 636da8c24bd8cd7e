//! Judging a request by the clauses that were read: the answer that Biscuit's Datalog gives to the same checks, without
//! running it. A test holds both together.
//!
//! A missing amount or number of units counts as zero of whatever a check names; anything else that a check names and
//! the request does not say fails the check.

use crate::{
    Clause, Grant, Request, TokenError,
    lint::Chain,
    text::{integer, require_plain},
};

/// Whether every check of every block holds.
pub(crate) fn judge(chain: &Chain, request: &Request) -> Result<(), TokenError> {
    check_form(request)?;
    let granted = grant_checks(&chain.grant, request).iter().all(|(_, holds)| *holds);
    if granted && chain.narrowings.iter().flatten().all(|clause| clause.allows(request)) {
        return Ok(());
    }
    Err(TokenError::TooNarrow { what: refusals(chain, request).join("; ") })
}

/// A request that Datalog could not say is no request.
fn check_form(request: &Request) -> Result<(), TokenError> {
    require_plain("op", &request.op)?;
    require_plain("req_capability", &request.capability)?;
    request.cell.map_or(Ok(0), |cell| integer("cell", cell))?;
    for (name, text) in [
        ("req_device", request.device.as_ref()),
        ("req_qos", request.qos.as_ref()),
        ("currency", request.amount.as_ref().map(|(currency, _)| currency)),
        ("unit", request.units.as_ref().map(|(unit, _)| unit)),
    ] {
        text.map_or(Ok(()), |text| require_plain(name, text))?;
    }
    request.units.as_ref().map_or(Ok(0), |(_, count)| integer("units", *count))?;
    if request.amount.as_ref().is_some_and(|(_, minor)| *minor < 0) {
        return Err(TokenError::TooNarrow { what: "an amount must not be negative".to_owned() });
    }
    Ok(())
}

/// Each check of the authority block beside time and depth, by what of the request it is about.
fn grant_checks(grant: &Grant, request: &Request) -> [(&'static str, bool); 6] {
    let open_or_same =
        |granted: &Option<String>, asked: &Option<String>| granted.is_none() || granted.as_ref() == asked.as_ref();
    let in_area = || request.cell.is_some_and(|cell| grant.area.binary_search(&cell).is_ok());
    [
        ("capability", grant.capabilities().any(|granted| granted == request.capability)),
        ("qos", open_or_same(&grant.qos, &request.qos)),
        ("device", open_or_same(&grant.device, &request.device)),
        ("cell", grant.area.is_empty() || in_area()),
        ("units", grant.units.as_ref().is_none_or(|(unit, most)| within(request.units.as_ref(), unit, most))),
        ("amount", grant.budget.as_ref().is_none_or(|(code, most)| within(request.amount.as_ref(), code, most))),
    ]
}

impl Clause {
    /// Whether it holds for a request. Windows are judged by [`Linted`](crate::Linted), once for all blocks.
    fn allows(&self, request: &Request) -> bool {
        match self {
            Self::AmountMax { currency, minor } => within(request.amount.as_ref(), currency, minor),
            Self::UnitsMax { unit, count } => within(request.units.as_ref(), unit, count),
            Self::Window { .. } => true,
            Self::Cells { cells } => request.cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
            Self::Qos { qos } => request.qos.as_ref() == Some(qos),
            Self::Device { device } => request.device.as_ref() == Some(device),
            Self::Op { op } => request.op == *op,
        }
    }
}

/// Is what is asked for of this name, and at most `most` of it? Nothing asked for is zero.
fn within<N: PartialOrd + Default>(asked: Option<&(String, N)>, name: &str, most: &N) -> bool {
    asked.map_or(N::default() <= *most, |(asked_name, asked)| asked_name == name && asked <= most)
}

fn refusals(chain: &Chain, request: &Request) -> Vec<String> {
    let granted = grant_checks(&chain.grant, request).into_iter().filter(|(_, holds)| !holds);
    let granted = granted.map(|(subject, _)| format!("the request's {subject} is outside the grant"));
    let narrowed = (1..).zip(&chain.narrowings).flat_map(|(block, clauses)| {
        let refusing = clauses.iter().filter(|clause| !clause.allows(request));
        refusing.map(move |clause| format!("block {block} allows {clause}"))
    });
    granted.chain(narrowed).collect()
}
