//! What a draft has to say to be done, and what must not be in it.

use crate::fault::Fault;
use crate::limits::{NOTES_BYTES_MAX, RESERVATION_DEFAULT};
use crate::native::convert::instant;
use crate::tmf::common::convert::{self as common, minor};
use crate::tmf::common::error::Error;
use crate::tmf::prepay_balance::convert::{Wallet, wallet_named};
use crate::tmf::prepay_balance::wire::{AdjustType, BalanceDraft, UsageType};
use engine::state::{Origin, State};
use engine::{Actor, BalanceAct, BalanceOrder};
use types::Instant;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    TopUp,
    Adjust,
    Transfer,
    Reserve,
}

/// A draft as the engine takes it.
pub(crate) fn order(
    state: &State,
    actor: Actor,
    (kind, draft): (Kind, &BalanceDraft),
    now: Instant,
) -> Result<BalanceOrder, Error> {
    refuse_what_is_not_done(draft)?;
    let Wallet { party, currency } = own_wallet(state, actor, draft)?;
    let amount = draft.amount.as_ref().ok_or_else(|| expected("amount"))?;
    let amount_minor = minor("amount", amount, currency)?;
    let act = match kind {
        Kind::TopUp => BalanceAct::TopUp(match &draft.payment_method {
            Some(payment) => Origin::Payment(payment.id.clone()),
            None => Origin::Unstated,
        }),
        Kind::Adjust => BalanceAct::Adjust,
        Kind::Transfer => BalanceAct::Transfer(receiver(state, draft, currency)?.party),
        Kind::Reserve => {
            let end = draft.valid_for.as_ref().and_then(|period| period.end_date_time.as_deref());
            let until = end.map(|text| instant("validFor.endDateTime", text)).transpose()?;
            let until = until.unwrap_or(now.after(RESERVATION_DEFAULT));
            if until <= now {
                return Err(Error::invalid("validFor.endDateTime: a time to come is expected"));
            }
            BalanceAct::Reserve(until.since(now))
        }
    };
    if matches!(kind, Kind::TopUp | Kind::Reserve) {
        require_account(state, actor, draft, party)?;
    }
    Ok(BalanceOrder { party, currency, amount_minor, act })
}

/// What would be asked for and not done is refused, rather than left out.
fn refuse_what_is_not_done(draft: &BalanceDraft) -> Result<(), Error> {
    let refused = [
        (draft.voucher.is_some(), "voucher: vouchers are not sold here"),
        (draft.is_auto_topup == Some(true), "isAutoTopup: the owner sets this rule of a wallet itself"),
        (draft.adjust_type == Some(AdjustType::Recurring), "adjustType: a balance is adjusted once"),
        (
            draft.usage_type != UsageType::Monetary,
            "usageType: `monetary` is expected: volumes are bought and given as tokens",
        ),
        (
            draft.receiver_bucket_usage_type.is_some_and(|of| of != UsageType::Monetary),
            "receiverBucketUsageType: `monetary` is expected",
        ),
    ];
    if let Some((_, why)) = refused.into_iter().find(|(is_there, _)| *is_there) {
        return Err(Error::invalid(why));
    }
    let notes = serde_json::to_vec(&draft.notes).map_or(usize::MAX, |notes| notes.len());
    if notes > NOTES_BYTES_MAX {
        return Err(Error::invalid(format!("what is said besides has at most {NOTES_BYTES_MAX} bytes")));
    }
    Ok(())
}

fn own_wallet(state: &State, actor: Actor, draft: &BalanceDraft) -> Result<Wallet, Error> {
    let bucket = draft.bucket.as_ref().ok_or_else(|| expected("bucket"))?;
    let wallet = wallet_named(state, &bucket.id).filter(|wallet| common::may_see(state, actor, wallet.party));
    wallet.ok_or_else(|| Error::invalid("bucket.id: the id of a wallet of yours is expected"))
}

/// Money goes to whoever it is sent to, whether the sender may see the bucket or not.
fn receiver(state: &State, draft: &BalanceDraft, currency: types::Currency) -> Result<Wallet, Error> {
    let bucket = draft.receiver_bucket.as_ref().ok_or_else(|| expected("receiverBucket"))?;
    let wallet = wallet_named(state, &bucket.id).filter(|wallet| wallet.currency == currency);
    wallet.ok_or_else(|| Error::invalid("receiverBucket.id: a wallet of the same currency is expected"))
}

fn require_account(
    state: &State,
    actor: Actor,
    draft: &BalanceDraft,
    party: engine::state::PartyRef,
) -> Result<(), Error> {
    let account = draft.party_account.as_ref().ok_or_else(|| expected("partyAccount"))?;
    if common::party(state, actor, &account.id) == Some(party) {
        return Ok(());
    }
    Err(Error::invalid("partyAccount.id: the party that the bucket is of is expected"))
}

fn expected(member: &str) -> Error {
    Fault::malformed(format!("{member} is expected")).into()
}
