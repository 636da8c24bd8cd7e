//! The pages that the `type` of a problem points to: one section for each code, built from the code itself.

use crate::fault::DOOR_PAGES;
use crate::native::error::{Problems, status_of};
use axum::response::Html;
use engine::Rejection;
use std::fmt::Write;

/// The address of the page of what the engine refuses.
pub(crate) const REJECTIONS: &str = "/docs/rejections";
/// The address of the page of what ends a request before the engine decides.
pub(crate) const PROBLEMS: &str = "/docs/problems";

/// Every way the cell says no.
#[utoipa::path(get, path = "/docs/rejections", tag = "operation", responses((status = 200, description = "A page with a section for each code.", body = String, content_type = "text/html"), Problems))]
pub(crate) async fn rejections() -> Html<String> {
    let mut page = head("Rejections");
    for one in Rejection::ALL {
        section(&mut page, one.code, status_of(one.class).as_u16(), (one.meaning, one.accepted));
    }
    Html(page)
}

/// Every problem that ends a request before the cell decides.
#[utoipa::path(get, path = "/docs/problems", tag = "operation", responses((status = 200, description = "A page with a section for each code.", body = String, content_type = "text/html"), Problems))]
pub(crate) async fn problems() -> Html<String> {
    let mut page = head("Problems");
    for one in DOOR_PAGES {
        section(&mut page, one.code, one.status.as_u16(), (one.meaning, one.accepted));
    }
    Html(page)
}

fn head(title: &str) -> String {
    format!("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n")
}

fn section(page: &mut String, code: &str, status: u16, (meaning, accepted): (&str, &str)) {
    let (meaning, accepted) = (escaped(meaning.trim()), escaped(accepted));
    // Writing to a string cannot fail.
    let _ = writeln!(page, "<h2 id=\"{code}\">{code}</h2>\n<p>{meaning}</p>\n<ul><li>Status: {status}</li>");
    let _ = writeln!(page, "<li>Accepted instead: {accepted}</li></ul>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
