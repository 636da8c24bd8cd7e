//! A scenario file: prose with fenced blocks, each block one step or a few.

use std::time::Duration;

/// What a block asks for.
#[derive(Debug)]
pub enum Step {
    /// One call and its answer.
    Http(Call),
    /// One call, repeated until it is answered as expected.
    Wait(Call, Duration),
    /// Something happens to the network, the cell or an entitlement, or a sum must hold: one sentence.
    Say(Sort, String),
}

/// What a sentence is about: the language of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `network`
    Network,
    /// `cell`
    Cell,
    /// `token`
    Token,
    /// `check`
    Check,
}

/// A call as it is written; `$names` are not replaced yet.
#[derive(Debug)]
pub struct Call {
    /// `POST /v1/orders`
    pub method: String,
    /// With its query.
    pub path: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// JSON, or nothing.
    pub body: String,
    /// Line of the arrow.
    pub expected_at: usize,
    /// The status after the arrow.
    pub status: u16,
    /// JSON that the answer must contain, or nothing.
    pub expected: String,
}

/// The steps of a file with the lines they start on, counted from 1; or the line and what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<(usize, Step)>, (usize, String)> {
    let mut steps = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((opened_at, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let mut block = Vec::new();
        loop {
            match lines.next() {
                Some((_, "```")) => break,
                Some(line) => block.push(line),
                None => return Err((opened_at, "the block has no end".to_owned())),
            }
        }
        read_block(language.trim(), opened_at, &block, &mut steps)?;
    }
    if steps.is_empty() { Err((1, "the scenario has no steps".to_owned())) } else { Ok(steps) }
}

fn read_block(
    language: &str,
    opened_at: usize,
    block: &[(usize, &str)],
    steps: &mut Vec<(usize, Step)>,
) -> Result<(), (usize, String)> {
    let sort = match language {
        "http" => {
            let call = read_call(opened_at, block)?;
            steps.push((opened_at + 1, Step::Http(call)));
            return Ok(());
        }
        "wait" => {
            let mut call = read_call(opened_at, block)?;
            let named = call.headers.iter().position(|(name, _)| name == "within");
            let at = named.ok_or_else(|| (opened_at, "a wait says `within: 10 s`".to_owned()))?;
            let (_, patience) = call.headers.remove(at);
            let seconds = patience.strip_suffix(" s").and_then(|number| number.parse().ok());
            let seconds = seconds.ok_or_else(|| (opened_at, format!("within: `{patience}` is not like `10 s`")))?;
            steps.push((opened_at + 1, Step::Wait(call, Duration::from_secs(seconds))));
            return Ok(());
        }
        "network" => Sort::Network,
        "cell" => Sort::Cell,
        "token" => Sort::Token,
        "check" => Sort::Check,
        // What is only shown to readers.
        "text" | "json" => return Ok(()),
        other => {
            let known = "http, wait, network, cell, token, check; text and json are only shown";
            return Err((opened_at, format!("a block is one of {known}; `{other}` is not")));
        }
    };
    let said = block.iter().filter(|(_, line)| !line.trim().is_empty());
    steps.extend(said.map(|(at, line)| (*at, Step::Say(sort, line.trim().to_owned()))));
    Ok(())
}

fn read_call(opened_at: usize, block: &[(usize, &str)]) -> Result<Call, (usize, String)> {
    let arrow = block.iter().position(|(_, line)| line.starts_with('→'));
    let arrow = arrow.ok_or_else(|| (opened_at, "a call has an expectation: `→ 201`".to_owned()))?;
    let (asked, answered) = block.split_at(arrow);
    let mut asked = asked.iter();
    let first = asked.next().and_then(|(_, line)| line.split_once(' '));
    let (method, path) = first.ok_or_else(|| (opened_at, "a call begins like `GET /v1/tokens`".to_owned()))?;
    let mut headers = Vec::new();
    let mut body = String::new();
    let mut in_body = false;
    for (at, line) in asked {
        if in_body || line.starts_with('{') {
            in_body = true;
            body.push_str(line);
            body.push('\n');
        } else if !line.trim().is_empty() {
            let header = line.split_once(": ");
            let (name, value) = header.ok_or_else(|| (*at, format!("`{line}` is not like `name: value`")))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    let (expected_at, line) = answered.first().copied().unwrap_or((opened_at, ""));
    let status = line.trim_start_matches('→').trim().parse();
    let status = status.map_err(|_| (expected_at, format!("`{line}` is not like `→ 201`")))?;
    let expected = answered.iter().skip(1).map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
    let (method, path) = (method.to_owned(), path.trim().to_owned());
    Ok(Call { method, path, headers, body, expected_at, status, expected: expected.trim().to_owned() })
}
