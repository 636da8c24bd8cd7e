//! A network that does as it is told.

use crate::port::{CallError, Calling, Fault, Intent, Report, Southbound};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use types::{Capabilities, Capability, H3Cell, SessionId};

/// What becomes of one call; `Yes` when nothing is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    Refuse,
    Unavailable,
    /// It takes effect, and the answer is lost.
    Lost,
    /// It takes effect, and no answer ever comes.
    Hang,
    /// It takes effect, and its driver has a bug.
    Panic,
}

#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Default)]
pub struct Script {
    pub activate: VecDeque<Plan>,
    pub release: VecDeque<Plan>,
    /// Reports of these sessions never come.
    pub deaf: BTreeSet<SessionId>,
    pub enforced: BTreeSet<SessionId>,
    pub reports: BTreeMap<SessionId, Vec<Report>>,
    /// Where devices of sessions are, and will be.
    pub attached: BTreeMap<SessionId, Vec<H3Cell>>,
    pub calls: Vec<&'static str>,
    pub devices: Vec<String>,
}

impl Scripted {
    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().expect("no test panics while it holds this")
    }

    pub fn calls(&self, name: &str) -> usize {
        self.script().calls.iter().filter(|call| **call == name).count()
    }
}

fn error(attempted: &'static str, session: SessionId, fault: Fault, retryable: bool) -> CallError {
    CallError { attempted, session, reason: "as planned".to_owned(), fault, retryable }
}

async fn answer(plan: Option<Plan>, name: &'static str, session: SessionId) -> Result<(), CallError> {
    match plan {
        None => Ok(()),
        Some(Plan::Refuse) => Err(error(name, session, Fault::Network, false)),
        Some(Plan::Unavailable) => Err(error(name, session, Fault::Network, true)),
        Some(Plan::Lost) => Err(error(name, session, Fault::Unknown, true)),
        Some(Plan::Hang) => std::future::pending().await,
        Some(Plan::Panic) => panic!("as planned"),
    }
}

fn takes_effect(plan: Option<Plan>) -> bool {
    !matches!(plan, Some(Plan::Refuse | Plan::Unavailable))
}

impl Southbound for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn delivers(&self) -> Capabilities {
        Capabilities::NONE.with(Capability::Experience)
    }

    fn activate<'a>(&'a self, intent: &'a Intent) -> Calling<'a, ()> {
        Box::pin(async move {
            let plan = {
                let mut script = self.script();
                script.calls.push("activate");
                script.devices.push(intent.device.clone());
                let plan = script.activate.pop_front();
                if takes_effect(plan) {
                    script.enforced.insert(intent.session);
                }
                plan
            };
            answer(plan, "activate", intent.session).await
        })
    }

    fn read_back(&self, session: SessionId) -> Calling<'_, bool> {
        Box::pin(async move { Ok(self.script().enforced.contains(&session)) })
    }

    fn release(&self, session: SessionId) -> Calling<'_, ()> {
        Box::pin(async move {
            let plan = {
                let mut script = self.script();
                script.calls.push("release");
                let plan = script.release.pop_front();
                if takes_effect(plan) {
                    script.enforced.remove(&session);
                }
                plan
            };
            answer(plan, "release", session).await
        })
    }

    fn reports(&self, session: SessionId, after: u64) -> Calling<'_, Vec<Report>> {
        Box::pin(async move {
            if self.script().deaf.contains(&session) {
                return std::future::pending().await;
            }
            let script = self.script();
            let all = script.reports.get(&session).into_iter().flatten();
            Ok(all.filter(|report| report.sequence > after).cloned().collect())
        })
    }

    fn attachment(&self, session: SessionId) -> Calling<'_, Vec<H3Cell>> {
        Box::pin(async move { Ok(self.script().attached.get(&session).cloned().unwrap_or_default()) })
    }
}
