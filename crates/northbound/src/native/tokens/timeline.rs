//! What happened to one token, out of the cell's last events.

use crate::native::convert::{confidence, currency_of, money};
use crate::native::tokens::wire::{Entry, What};
use crate::time;
use engine::state::{SessionRef, State, TokenRef};
use engine::{Event, MarketEvent};
use node::View;
use std::collections::BTreeMap;
use types::Currency;

/// The last `limit` things that happened to a token, oldest first.
pub(crate) fn timeline(view: &View, token: TokenRef, limit: usize) -> Vec<Entry> {
    let Some(currency) = currency(&view.state, token) else { return Vec::new() };
    let mut teller = Teller { token, currency, sessions: BTreeMap::new() };
    let sessions = view.state.live_sessions().filter(|(_, session)| session.token == token);
    teller.sessions.extend(sessions.map(|(handle, session)| (handle, session.id.to_string())));
    let mut entries: Vec<Entry> = Vec::new();
    for (seq, at, event) in &view.timeline {
        if let Some(what) = teller.tell(event) {
            entries.push(Entry { seq: *seq, at: time::text(*at), what });
        }
    }
    entries.split_off(entries.len().saturating_sub(limit))
}

/// Knows which sessions are the token's: forgotten ones are only in the events.
struct Teller {
    token: TokenRef,
    currency: Currency,
    sessions: BTreeMap<SessionRef, String>,
}

impl Teller {
    fn tell(&mut self, event: &Event) -> Option<What> {
        match event {
            Event::TokenIssued { token, row, held_minor, .. } if *token == self.token => Some(What::TokenIssued {
                price: money(row.fee_minor, self.currency),
                held: money(*held_minor, self.currency),
            }),
            Event::TokenSuspended { token } if *token == self.token => Some(What::TokenSuspended),
            Event::TokenResumed { token } if *token == self.token => Some(What::TokenResumed),
            Event::EntitlementRevoked { token, block } if *token == self.token => Some(What::EntitlementRevoked {
                block: block.map(|block| tessera_token::BlockDigest(block.0).to_hex()),
            }),
            Event::UsageCharged { token, quantity, paid_minor, overrun_minor, .. } if *token == self.token => {
                Some(What::UsageCharged {
                    quantity: *quantity,
                    paid: money(*paid_minor, self.currency),
                    overrun: money(*overrun_minor, self.currency),
                })
            }
            Event::TokenRebooked { token, epsilon_ppb, .. } if *token == self.token => {
                Some(What::TokenRebooked { confidence: confidence(*epsilon_ppb) })
            }
            Event::TokenPreempted { token, level, refund_minor, .. } if *token == self.token => {
                Some(What::TokenPreempted { level: level.number(), refund: money(*refund_minor, self.currency) })
            }
            Event::Market(event) => self.tell_of_price(event),
            Event::TokenTransferred { token, .. } if *token == self.token => Some(What::TokenTransferred),
            Event::VolumeGifted { token, quantity, .. } if *token == self.token => {
                Some(What::VolumeGifted { quantity: *quantity })
            }
            Event::TokenClosed { token, state, refund_minor, .. } if *token == self.token => {
                Some(What::TokenClosed { state: (*state).into(), refund: money(*refund_minor, self.currency) })
            }
            Event::ActivationRequested { session, row, .. } if row.token == self.token => {
                self.sessions.insert(*session, row.id.to_string());
                Some(What::SessionRequested { session: row.id.to_string() })
            }
            _ => self.tell_of_session(event),
        }
    }

    fn tell_of_price(&self, event: &MarketEvent) -> Option<What> {
        match event {
            MarketEvent::TokenRenewed { token, term, paid_minor, .. } if *token == self.token => {
                let price = money(*paid_minor, self.currency);
                Some(What::TokenRenewed { price, until: time::text(term.window.to()) })
            }
            MarketEvent::TermPassed { token, term } if *token == self.token => {
                Some(What::TermPassed { until: time::text(term.window.to()) })
            }
            MarketEvent::RenewalFailed { token, unpaid, needed_minor, .. } if *token == self.token => {
                let needed = money(*needed_minor, self.currency);
                Some(What::RenewalFailed { needed, retry_at: time::text(unpaid.retry_at) })
            }
            _ => None,
        }
    }

    fn tell_of_session(&self, event: &Event) -> Option<What> {
        let named = |session: &SessionRef| self.sessions.get(session).cloned();
        Some(match event {
            Event::SessionActivated { session, ends_at, paid_minor, .. } => What::SessionActivated {
                session: named(session)?,
                paid: money(*paid_minor, self.currency),
                ends_at: time::text(*ends_at),
            },
            Event::SessionExtended { session, ends_at } => {
                What::SessionExtended { session: named(session)?, ends_at: time::text(*ends_at) }
            }
            Event::ActivationUncertain(session) => What::SessionUncertain { session: named(session)? },
            Event::DeactivationRequested { session, reason } => {
                What::SessionEnding { session: named(session)?, reason: (*reason).into() }
            }
            Event::SessionEnded { session, reason, .. } => {
                What::SessionEnded { session: named(session)?, reason: (*reason).into() }
            }
            Event::WindowsUnmeasured { session, window, windows } => {
                What::WindowsUnmeasured { session: named(session)?, window: *window, windows: *windows }
            }
            Event::PromiseBroken { session, window, samples, samples_late, samples_starved, refund_minor, .. } => {
                What::PromiseBroken {
                    session: named(session)?,
                    window: *window,
                    samples: *samples,
                    samples_late: *samples_late,
                    samples_starved: *samples_starved,
                    refund: money(*refund_minor, self.currency),
                }
            }
            _ => return None,
        })
    }
}

fn currency(state: &State, token: TokenRef) -> Option<Currency> {
    currency_of(state, state.price_of(state.token(token)?)?.asset)
}
