//! What is on sale, for people.

use crate::demo::client::Call;
use crate::token::remote::Admin;
use clap::Args;
use serde_json::Value;

/// Which one.
#[derive(Args, Debug)]
pub struct Options {
    /// An `off_…` id
    id: String,
    /// Print JSON, as the API shows it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    cell: Admin,
}

/// Everything, a line each.
pub fn list(cell: &Admin) -> anyhow::Result<()> {
    for row in cell.all("/v1/offerings")? {
        let words = row["price_words"].as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
        let [id, status, capability, name] = ["id", "status", "capability", "name"].map(|member| text(&row[member]));
        println!("{id} {status:<9} {capability:<12} {name}: {}{}", words.join("; "), unsellable(&row));
    }
    Ok(())
}

/// One of them.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let row = options.cell.call(&Call::get(&format!("/v1/offerings/{}", options.id)))?;
    if options.json {
        println!("{row:#}");
        return Ok(());
    }
    let [id, status, name] = ["id", "status", "name"].map(|member| text(&row[member]));
    println!("{name} ({id}), {status}, version {} of its price{}:", row["price_version"], unsellable(&row));
    price(&row);
    println!("promised: {}", promised(&row["terms"]));
    let capabilities =
        std::iter::once(&row["capability"]).chain(row["also"].as_array().into_iter().flatten()).map(text);
    println!("delivered by: {}", capabilities.collect::<Vec<_>>().join(", "));
    let kinds: Vec<_> = row["eligible"].as_array().into_iter().flatten().map(text).collect();
    println!("sold to: {}", if kinds.is_empty() { "everyone".to_owned() } else { kinds.join(", ") });
    println!("what is unused is {}paid back", if row["refund_unused"] == true { "" } else { "not " });
    Ok(())
}

/// The price of a row in words.
pub fn price(row: &Value) {
    row["price_words"].as_array().into_iter().flatten().for_each(|words| println!("  {}", text(words)));
}

/// Why a row cannot be bought although it is on sale, where the cell says so.
pub fn unsellable(row: &Value) -> String {
    row["not_sellable"].as_str().map_or(String::new(), |why| format!(" (not sellable: {why})"))
}

/// Terms that promise something, as the API names them.
fn promised(terms: &Value) -> String {
    let members = terms.as_object().into_iter().flatten();
    let said =
        members.filter(|(_, value)| !value.is_null() && **value != 0).map(|(name, value)| format!("{name} {value}"));
    said.collect::<Vec<_>>().join(", ")
}

/// Text without its quotes, anything else as it is.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
