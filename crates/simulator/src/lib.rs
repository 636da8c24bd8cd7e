//! One seed draws a world, a workload and the faults, and a whole cell lives through them in a moment.
//!
//! The cell is the real one: [`node::Node`] over a [`journal::FaultyMemory`], its network a [`twin::Twin`]. Time is
//! simulated; there is one thread; every step between a command and its answer is a step of its own, so a crash falls
//! between any two. Clients repeat what they get no answer for, and remember what they get.
//!
//! The `auditor` shares no code with the engine: from the acknowledgements, the raw reports of the network and the
//! catalogue as it was drawn, it recomputes balances, charges, refunds, promises and states, and compares them whenever
//! the cell comes back from a crash and at the end. [`Sabotage`] breaks an invariant on purpose, to show that it notices.
//!
//! Invariants: the same seed gives the same run, to the hash of the final state; nothing here reads a clock.

mod auditor;
mod cashier;
mod clients;
mod clock;
mod coverage;
mod draw;
mod extract;
mod fact;
mod faults;
mod machine;
mod outbox;
mod plan;
mod postings;
mod report;
mod run;
mod sabotage;
mod signing;
mod translate;
mod visible;
mod world;

pub use coverage::UNREACHED;
pub use report::{Failure, Report, Summary};
pub use sabotage::Sabotage;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// How long a simulation is when nobody says: some twenty simulated minutes, and the days after until all is over.
pub const STEPS: u64 = 300;

/// What is different from an ordinary simulation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Breaks an invariant on purpose.
    pub sabotage: Option<Sabotage>,
}

/// Simulates the world of `seed` for `steps` steps and then until everything is over.
///
/// # Errors
/// [`Failure`] says what is wrong, where, and how to see it again. A panic of the cell is one too.
pub fn simulate(seed: u64, steps: u64, options: &Options) -> Result<Report, Failure> {
    let mut step = 0;
    let lived = catch_unwind(AssertUnwindSafe(|| live(seed, steps, *options, &mut step)));
    let what = match lived {
        Ok(Ok(report)) => return Ok(report),
        Ok(Err(what)) => what,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            format!("the cell panicked: {}", text.unwrap_or("no reason given"))
        }
    };
    Err(Failure { seed, step, steps, what })
}

fn live(seed: u64, steps: u64, options: Options, step: &mut u64) -> Result<Report, String> {
    let mut run = run::Run::new(seed, steps, options)?;
    run.found()?;
    while *step < steps {
        run.step()?;
        *step += 1;
    }
    run.finish()?;
    Ok(run.report)
}

#[cfg(test)]
mod tests;
