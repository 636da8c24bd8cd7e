//! Parties: wire to commands, rows to wire.

use crate::entropy::fresh_id;
use crate::fault::Fault;
use crate::limits::PERSONAL_TEXT_BYTES_MAX;
use crate::native::convert::{currency_of, id, money};
use crate::native::parties::wire;
use engine::ledger::{AccountRef, AssetRef};
use engine::state::{ArpLevel, Origin, Party, PartyRef, State};
use engine::{Command, Receipt, Rejection};
use std::collections::BTreeSet;
use types::{Currency, PartyId, SubjectId, TenantId};

/// What the vault finds a party's personal data by.
pub(crate) fn vault_identifier(party: PartyId) -> String {
    format!("party:{party}")
}

/// The id a party is registered under.
pub(crate) fn new_id(draft: &wire::PartyDraft) -> Result<PartyId, Fault> {
    let named = draft.id.as_deref().map(|text| id("id", PartyId::parse(text)));
    named.unwrap_or_else(|| Ok(PartyId::from_u128(fresh_id())))
}

/// Personal data that is short enough, as it is kept.
pub(crate) fn record(personal: &wire::Personal) -> Result<Vec<u8>, Fault> {
    let texts = [Some(&personal.name), personal.contact.as_ref()];
    if texts.into_iter().flatten().any(|text| text.is_empty() || text.len() > PERSONAL_TEXT_BYTES_MAX) {
        return Err(Fault::invalid(format!("personal: texts of 1 to {PERSONAL_TEXT_BYTES_MAX} bytes are expected")));
    }
    serde_json::to_vec(personal).map_err(|error| Fault::internal("keep personal data", &error))
}

/// Personal data as it was kept.
pub(crate) fn personal(record: &[u8]) -> Option<wire::Personal> {
    serde_json::from_slice(record).ok()
}

/// The command that registers a party.
pub(crate) fn register(id: PartyId, draft: &wire::PartyDraft, subject: Option<SubjectId>) -> Command {
    let tenant = TenantId(draft.tenant.unwrap_or(1));
    Command::RegisterParty { id, tenant, kind: draft.kind.into(), subject }
}

/// The command that authorises a party for priority, or withdraws it.
pub(crate) fn authorise(party: PartyRef, asked: &wire::Priority) -> Result<Command, Fault> {
    let trusted = |number| ArpLevel::new(number).filter(|level| level.is_authorised_only());
    let expected = || Fault::invalid("level_min: 1 to 8, or null, is expected");
    let level_min = asked.level_min.map(|number| trusted(number).ok_or_else(expected)).transpose()?;
    Ok(Command::AuthorisePriority { party, level_min })
}

/// The command that adds money, with where it came from.
pub(crate) fn top_up(party: PartyRef, currency: Currency, asked: wire::TopUp) -> Result<Command, Fault> {
    let origin = match (asked.reference, asked.promotional) {
        (None, false) => Origin::Unstated,
        (None, true) => Origin::Promotion,
        (Some(reference), false) => Origin::Payment(reference),
        (Some(_), true) => return Err(Fault::malformed("either `reference` or `promotional` is expected")),
    };
    Ok(Command::ReceivePayment(Box::new(Receipt { party, currency, amount_minor: asked.amount_minor, origin })))
}

/// A party for the wire.
pub(crate) fn party(state: &State, row: &Party, personal: Option<wire::Personal>) -> wire::Party {
    let currencies = row.wallets.keys().filter_map(|asset| currency_of(state, *asset));
    wire::Party {
        id: row.id.to_string(),
        kind: row.kind.into(),
        tenant: row.tenant.0,
        wallets: currencies.map(|currency| currency.to_string()).collect(),
        priority_level_min: row.priority_level_min.map(ArpLevel::number),
        personal,
    }
}

/// A party's wallet in one currency.
pub(crate) fn wallet_in(state: &State, party: PartyRef, currency: Currency) -> Result<wire::Wallet, Fault> {
    let row = state.party(party).ok_or(Rejection::UnknownParty)?;
    let wallet = engine::wallet_of(state, party, currency).ok_or(Rejection::UnknownWallet)?;
    wallet_row(state, row, currency, wallet).ok_or_else(|| Rejection::UnknownWallet.into())
}

/// Every wallet of a party.
pub(crate) fn wallets(state: &State, party: PartyRef) -> Vec<wire::Wallet> {
    let Some(row) = state.party(party) else { return Vec::new() };
    let wallet =
        |(asset, account): (&AssetRef, &AccountRef)| wallet_row(state, row, currency_of(state, *asset)?, *account);
    row.wallets.iter().filter_map(wallet).collect()
}

/// The subjects that hold a party's personal data: its own, and those of devices and flows that only it used. `None`
/// while one of its sessions still needs them.
pub(crate) fn subjects_of(state: &State, party: PartyRef) -> Option<Vec<SubjectId>> {
    let holder = |token| state.token(token).map(|row| row.party);
    let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
    own.extend(state.party(party).and_then(|row| row.subject));
    let wallets = state.party(party).into_iter().flat_map(|row| row.wallets.values());
    let actions = wallets.flat_map(|wallet| state.actions_of(*wallet));
    own.extend(actions.map(|action| SubjectId::from_u128(action.id.as_u128())));
    for token in &state.tokens {
        let side = if token.party == party { &mut own } else { &mut others };
        side.extend(token.device);
    }
    for (_, session) in state.live_sessions() {
        if holder(session.token) != Some(party) {
            others.insert(session.device);
            continue;
        }
        if session.is_live() {
            return None;
        }
        own.extend([session.device, SubjectId::from_u128(u128::from_be_bytes(session.flow.0))]);
    }
    Some(own.difference(&others).copied().collect())
}

fn wallet_row(state: &State, party: &Party, currency: Currency, wallet: AccountRef) -> Option<wire::Wallet> {
    let account = state.ledger.account(wallet)?;
    Some(wire::Wallet {
        party: party.id.to_string(),
        currency: currency.to_string(),
        balance: money(account.posted, currency),
        held: money(account.held, currency),
        credit_limit: money(account.credit_limit, currency),
        available: money(account.available(), currency),
    })
}
