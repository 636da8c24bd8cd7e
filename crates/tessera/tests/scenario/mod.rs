//! Scenarios: Markdown that a product manager reads and a cell carries out. How they are written: `scenarios/README.md`.

pub mod crowd;
pub mod expect;
pub mod parse;
pub mod world;

use expect::{Names, contains, holds, replace};
use parse::{Call, Sort, Step, parse};
use serde_json::Value;
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::Request;
use world::{Kept, World, narrow};

/// Between two looks of a wait.
const PAUSE: Duration = Duration::from_millis(50);

/// Carries out a scenario; the first step that does not hold, with its line.
pub fn run(file: &str, text: &str, kept: Kept) -> Result<(), String> {
    let place = |line: usize, what: String| format!("scenarios/{file}:{line}: {what}");
    parse(text).map_err(|(line, what)| place(line, what))?;
    let failed = |what: anyhow::Error| format!("scenarios/{file}: the cell does not start or stop: {what:#}");
    let mut world = World::start(kept).map_err(failed)?;
    let mut names = world.names().map_err(failed)?;
    tell(&mut world, &mut names, text).map_err(|what| format!("scenarios/{file}:{what}"))?;
    world.stop().map_err(failed)
}

/// Carries out `text` in a world that goes on, with the names that it knows; what was taken is added to them.
pub fn tell(world: &mut World, names: &mut Names, text: &str) -> Result<(), String> {
    let mut teller = Teller { agent: agent(), names: names.clone() };
    for (line, step) in parse(text).map_err(|(line, what)| format!("{line}: {what}"))? {
        teller.step(world, &step).map_err(|(at, what)| format!("{}: {what}", at.unwrap_or(line)))?;
    }
    *names = teller.names;
    Ok(())
}

struct Teller {
    agent: Agent,
    names: Names,
}

/// What did not hold, and on which line when it is not the step's first.
type Wrong = (Option<usize>, String);

impl Teller {
    fn step(&mut self, world: &mut World, step: &Step) -> Result<(), Wrong> {
        match step {
            Step::Http(call) => self.once(world, call),
            Step::Wait(call, patience) => {
                let began = Instant::now();
                loop {
                    match self.once(world, call) {
                        Err(wrong) if began.elapsed() > *patience => {
                            return Err((wrong.0, format!("waited {} s in vain: {}", patience.as_secs(), wrong.1)));
                        }
                        Err(_) => std::thread::sleep(PAUSE),
                        Ok(()) => return Ok(()),
                    }
                }
            }
            Step::Say(sort, sentence) => self.say(world, *sort, sentence).map_err(|what| (None, what)),
        }
    }

    fn say(&mut self, world: &mut World, sort: Sort, sentence: &str) -> Result<(), String> {
        let done = match sort {
            Sort::Check => return holds(sentence, &self.names).map_err(|what| format!("{sentence}: {what}")),
            Sort::Token => narrow(sentence, &mut self.names),
            Sort::Cell => world.command(sentence),
            Sort::Network => world.disturb(&replace(sentence, &self.names)?),
        };
        done.map_err(|error| format!("{sentence}: {error:#}"))
    }

    fn once(&mut self, world: &World, call: &Call) -> Result<(), Wrong> {
        let (status, answer) = self.send(world, call).map_err(|what| (None, what))?;
        let wrong = |what: String| {
            let Call { method, path, status: wanted, expected, .. } = call;
            let came = format!("\n  expected {wanted} {}\n  came {status} {answer}", one_line(expected));
            (Some(call.expected_at), format!("{method} {path}: {what}{came}"))
        };
        if status != call.status {
            return Err(wrong("another status".to_owned()));
        }
        if call.expected.is_empty() {
            return Ok(());
        }
        let expected: Value = serde_json::from_str(&call.expected)
            .map_err(|error| wrong(format!("the expectation is no JSON: {error}")))?;
        let mut names = self.names.clone();
        contains(&expected, &answer, &mut names).map_err(wrong)?;
        self.names = names;
        Ok(())
    }

    fn send(&self, world: &World, call: &Call) -> Result<(u16, Value), String> {
        let path = replace(&call.path, &self.names)?;
        let operators = call.headers.iter().any(|(name, value)| name == "as" && value == "operator");
        let base = if operators { world.admin() } else { world.base() };
        let mut request = Request::builder().method(call.method.as_str()).uri(base + &path);
        for (name, value) in &call.headers {
            request = match name.as_str() {
                "as" => request.header("authorization", format!("Bearer {value}")),
                _ => request.header(name, replace(value, &self.names)?),
            };
        }
        let answered = if call.body.is_empty() {
            self.agent.run(request.body(()).map_err(|error| error.to_string())?)
        } else {
            let request = request.header("content-type", "application/json");
            let request = request.body(replace(&call.body, &self.names)?).map_err(|error| error.to_string())?;
            self.agent.run(request)
        };
        let mut answer = answered.map_err(|error| format!("{} {path} was not answered: {error}", call.method))?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        Ok((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }
}

/// A caller that takes every status as an answer, each on a connection of its own: the server closes one whose request it
/// refused before it had read all of it.
fn agent() -> Agent {
    let patience = Some(Duration::from_secs(20));
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(patience);
    config.max_idle_connections(0).build().new_agent()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
