//! Signing keys turn while the cell runs.

use super::{Outcome, Run};
use engine::state::TokenRef;
use node::KeyringError;
use types::{Duration, Instant};

/// Texts of tokens that are looked at again, of one simulation.
const TEXTS_MAX: usize = 6;

impl Run {
    /// Signing keys are rotated and withdrawn, texts of tokens are read, and some are looked at again.
    pub(super) fn turn_keys(&mut self) -> Outcome {
        match self.turns.below(1_000) {
            0..15 => self.rotate(),
            15..22 => self.withdraw(),
            22..45 if self.auditor.keys.held() < TEXTS_MAX => {
                self.read_text();
                Ok(())
            }
            45..70 => {
                let which = self.turns.index(self.auditor.keys.held());
                self.check_text(which)
            }
            _ => Ok(()),
        }
    }

    fn rotate(&mut self) -> Outcome {
        let fails = self.turns.happens(100);
        // No earlier than anything was sold at: a clock that was ahead has been set right since.
        let now = self.machine.stamp().max(self.clock.wall(self.now));
        let leaked = self.turns.happens(500).then(|| now.after(Duration::from_ms(1)));
        if fails {
            self.signing.fail();
        }
        let answered = self.signing.rotate(now, leaked);
        self.signing.mend();
        match answered {
            Ok((kid, from)) if !fails => {
                self.report.rotations += 1;
                self.auditor.keys.rotated(kid, from)
            }
            Err(KeyringError::TooEarly { .. } | KeyringError::TooMany { .. }) => Ok(()),
            Err(KeyringError::NotKept(_)) if fails => Ok(()),
            other => Err(format!("rotating the keys was answered with {other:?}")),
        }
    }

    fn withdraw(&mut self) -> Outcome {
        let fails = self.turns.happens(100);
        let Some(kid) = self.auditor.keys.oldest() else { return Ok(()) };
        if fails {
            self.signing.fail();
        }
        let answered = self.signing.withdraw(kid);
        self.signing.mend();
        match answered {
            Ok(()) if !fails => {
                self.report.withdrawals += 1;
                self.auditor.keys.withdrawn();
                Ok(())
            }
            Err(KeyringError::NotKept(_)) if fails => Ok(()),
            other => Err(format!("withdrawing key {kid} was answered with {other:?}")),
        }
    }

    /// Somebody reads the text of a token.
    fn read_text(&mut self) {
        let state = &self.machine.view().state;
        let Ok(token) = u32::try_from(self.turns.index(state.tokens.len())) else { return };
        let sold_at = state.token(TokenRef::from_index(token)).map(|row| row.issued_at.unwrap_or(Instant::EPOCH));
        if let (Some(sold_at), Some(text)) = (sold_at, self.signing.text(state, token)) {
            self.auditor.keys.read(token, text, sold_at);
        }
    }

    /// Is a text that somebody has still what it should be?
    pub(super) fn check_text(&self, which: usize) -> Outcome {
        let Some((token, text)) = self.auditor.keys.text(which) else { return Ok(()) };
        let state = &self.machine.view().state;
        let again = self.signing.text(state, token);
        self.auditor.keys.judge(which, self.signing.verifies(state, token, text), again.as_deref())
    }
}
