//! Publishing: every file is read before the first is published, so that a wrong one changes nothing.

use super::shown::unsellable;
use super::text_of;
use crate::demo::client::Call;
use crate::offering_file::{Written, offering};
use crate::token::remote::Admin;
use anyhow::{Context, bail, ensure};
use clap::Args;
use northbound::price_words;
use serde_json::Value;
use std::path::PathBuf;

/// What to publish.
#[derive(Args, Debug)]
pub struct Options {
    /// Offerings, one a file (TOML); `docs/guide/price-plans.md` shows one
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only check the files, and say what they cost: no cell is asked
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    cell: Admin,
}

/// Publishes them, a line each.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let files = read(&options.files)?;
    if options.dry_run {
        for (name, written) in &files {
            print!("{}", said(name, written));
        }
        return Ok(());
    }
    let mut there = 0;
    for (name, written) in &files {
        let published = publish(&options.cell, written);
        there += usize::from(published.with_context(|| format!("{name} was not published"))? == Published::Before);
    }
    ensure!(
        there == 0,
        "{there} of {} there already, under the same id: nothing was changed about what is sold. `tessera offerings price` \
         sells one at another price; other terms are another offering, with an id of its own",
        files.len()
    );
    Ok(())
}

/// Was it on sale already?
#[derive(PartialEq, Eq)]
enum Published {
    Now,
    Before,
}

fn publish(cell: &Admin, written: &Written) -> anyhow::Result<Published> {
    let (status, answer) = cell.ask(&Call::post("/v1/offerings", written.body.clone()))?;
    let name = &written.offering.name;
    match (status, answer["code"].as_str()) {
        (201, _) => {
            println!("{} published: {name}{}", answer["id"].as_str().unwrap_or_default(), unsellable(&answer));
            Ok(Published::Now)
        }
        (409, Some("already-exists")) => {
            println!("{} already there: {name}", written.offering.id);
            Ok(Published::Before)
        }
        _ => bail!(Admin::problem(status, &answer)),
    }
}

/// Every file, or all that is wrong with them.
pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Vec<(String, Written)>> {
    let (mut sound, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.display().to_string();
        match text_of(file).and_then(|text| offering(&name, &text)) {
            Ok(written) => sound.push((name, written)),
            Err(error) => wrong.push(format!("{error:#}")),
        }
    }
    ensure!(wrong.is_empty(), "nothing was published:\n{}", wrong.join("\n"));
    Ok(sound)
}

/// What a file says, in words.
pub(super) fn said(name: &str, Written { offering, body }: &Written) -> String {
    let id = body.get("id").and_then(Value::as_str).unwrap_or("the cell will give it an id");
    let head = format!("{name}: {} ({id})\n", offering.name);
    let words = price_words(&offering.price, offering.currency);
    words.iter().fold(head, |text, words| text + "  " + words + "\n")
}
