//! The small texts of a plan: amounts, hours, periods.

use rating::{Hours, Period};
use types::Currency;

/// Days as they are written, Monday first.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const EVERY_DAY: u8 = 0b111_1111;
const DAY_MINUTES: u16 = 24 * 60;

/// Minor units of an amount such as `9.90` or `9.90 EUR`; never more digits than the currency has.
pub(super) fn amount(text: &str, currency: Currency) -> Result<u64, String> {
    let mut parts = text.split_ascii_whitespace();
    let number = parts.next().unwrap_or("");
    if let Some(code) = parts.next()
        && code != currency.as_str()
    {
        return Err(format!("`{text}` is not in {currency}: a plan has one currency"));
    }
    let digits = currency.minor_digits();
    minor(number, digits).filter(|_| parts.next().is_none()).ok_or_else(|| {
        let example = if digits == 0 { "990".to_owned() } else { format!("9.{:0<width$}", 9, width = digits as usize) };
        format!("`{text}` is no amount of {currency}; for example `{example}` is, with at most {digits} decimals")
    })
}

fn minor(number: &str, digits: u32) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let named = !whole.is_empty() && is_number(whole) && is_number(part) && (part.is_empty() != number.contains('.'));
    let width = digits as usize;
    if !named || part.len() > width {
        return None;
    }
    let scaled = whole.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(digits)?)?;
    let part = if width == 0 { 0 } else { format!("{part:0<width$}").parse::<u64>().ok()? };
    scaled.checked_add(part)
}

/// `1 month`, `30 days`.
pub(super) fn period(text: &str) -> Result<Period, String> {
    let parsed = text.split_once(' ').and_then(|(count, unit)| {
        let count = count.parse().ok()?;
        match unit {
            "day" | "days" => Some(Period::Days(count)),
            "month" | "months" => Some(Period::Months(count)),
            _ => None,
        }
    });
    parsed.ok_or_else(|| format!("`{text}` is no period; for example `1 month` or `30 days` is"))
}

/// `Mon-Fri 18:00-24:00`. What goes on past midnight is two spans, the second on the days after.
pub(super) fn hours(text: &str) -> Result<Vec<Hours>, String> {
    parse_hours(text).ok_or_else(|| {
        format!(
            "`{text}` are no hours; for example `Mon-Fri 18:00-24:00`, `Sat, Sun 08:00-12:00`, `every day 22:00-06:00`"
        )
    })
}

fn parse_hours(text: &str) -> Option<Vec<Hours>> {
    let (named, span) = text.trim().rsplit_once(' ')?;
    let days = days(named.trim())?;
    let (from, to) = span.split_once('-')?;
    let (from_minute, to_minute) = (clock(from)?, clock(to)?);
    if from_minute < to_minute {
        return Some(vec![Hours { days, from_minute, to_minute }]);
    }
    let next_days = (days << 1 | days >> 6) & EVERY_DAY;
    let evening = Hours { days, from_minute, to_minute: DAY_MINUTES };
    let morning = Hours { days: next_days, from_minute: 0, to_minute };
    let spans = [evening, morning].into_iter().filter(|hours| hours.from_minute < hours.to_minute);
    Some(spans.collect()).filter(|_| from_minute != to_minute && from_minute < DAY_MINUTES)
}

fn days(text: &str) -> Option<u8> {
    if text == "every day" {
        return Some(EVERY_DAY);
    }
    let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
    text.split(',').try_fold(0_u8, |days, part| match part.split_once('-') {
        None => Some(days | 1 << place(part)?),
        Some((first, last)) => {
            let (first, last) = (place(first)?, place(last)?);
            let count = (last + 7 - first) % 7 + 1;
            Some((first..first + count).fold(days, |days, day| days | 1 << (day % 7)))
        }
    })
}

/// `18:00`; `24:00` is midnight at the end of a day.
fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}
