//! A bill as a page to print: its own style, nothing fetched.

use super::wire::{Bill, LinesBy};
use crate::fault::Fault;
use crate::native::finance::wire::Cause;
use crate::native::wire::Money;
use askama::Template;
use axum::response::{IntoResponse, Response};

/// The page.
#[derive(Template)]
#[template(path = "bill.html")]
struct BillPage<'a> {
    bill: &'a Bill,
    by_token: bool,
    so_far: bool,
}

/// A page that is made.
pub(super) struct Page(pub String);

/// The page of a bill.
pub(super) fn html(bill: &Bill) -> Result<Response, Fault> {
    let page = BillPage { bill, by_token: bill.by == LinesBy::Token, so_far: !bill.r#final };
    let text = page.render().map_err(|error| Fault::internal("make the page of a bill", &error))?;
    Ok(Page(text).into_response())
}

/// What a line is for, in words.
const fn words(what: Cause) -> &'static str {
    match what {
        Cause::TopUp => "Top-up",
        Cause::Payout => "Payout",
        Cause::Transfer => "Transfer",
        Cause::Fee => "Fee",
        Cause::Usage => "Usage",
        Cause::Remedy => "Remedy for a broken promise",
        Cause::Compensation => "Compensation for making room",
        Cause::Closing => "Refund of what was not delivered",
        Cause::Other => "Other",
    }
}

/// The same amount the other way.
fn negated(money: &Money) -> String {
    let text = &money.text;
    match (money.minor, text.strip_prefix('-')) {
        (0, _) => text.clone(),
        (_, Some(positive)) => positive.to_owned(),
        (_, None) => format!("-{text}"),
    }
}

/// A whole number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
