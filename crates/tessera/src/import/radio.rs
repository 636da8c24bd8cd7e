//! A radio cell as a row of `OpenCelliD` or the properties of a feature write it.

use super::capacity::Capacities;
use super::position::{capacity, position, within};
use crate::limits::REACH_M_MAX;
use intelligence::network::{RadioCell, Technology};
use std::borrow::Cow;
use std::str::FromStr;

/// The fields of one radio cell by name; an empty one is none.
pub trait Fields {
    /// The text of a field.
    fn field(&self, name: &str) -> Option<Cow<'_, str>>;
}

/// What tells a radio cell from all others, when it has no name of its own.
const KEY: [&str; 4] = ["mcc", "net", "area", "cell"];

/// The band of 5G that is a class of its own: upper 6 GHz.
const UPPER_6_GHZ: u16 = 104;

/// The radio cell that the fields write.
///
/// `spot` is its position and reach in m where they are drawn instead of written.
pub fn radio_cell(
    fields: &dyn Fields,
    spot: Option<(f64, f64, f64)>,
    capacities: &mut Capacities,
) -> Result<RadioCell, String> {
    let radio = text(fields, "radio")?;
    let technology = technology(&radio, number(fields, "band")?)?;
    let name = match fields.field("name") {
        Some(name) => name.into_owned(),
        None => named(fields, &radio)?,
    };
    let (lat, lon, range_m) = spot.map_or_else(|| written_spot(fields), Ok)?;
    let capacity_kbps = match number(fields, "capacity_kbps")? {
        Some(kbps) => capacity("capacity_kbps", kbps)?,
        None => capacities.of(technology, range_m).map_err(|error| error.to_string())?,
    };
    let node = fields.field("node").map(Cow::into_owned);
    Ok(RadioCell { name, technology, lon, lat, range_m, capacity_kbps, node })
}

/// Degrees north and east, and the reach in m.
fn written_spot(fields: &dyn Fields) -> Result<(f64, f64, f64), String> {
    let (lat, lon) = position(needed(fields, "lat")?, needed(fields, "lon")?)?;
    Ok((lat, lon, within("range", needed(fields, "range")?, (1.0, REACH_M_MAX), "m")?))
}

fn named(fields: &dyn Fields, radio: &str) -> Result<String, String> {
    let mut name = radio.to_owned();
    for key in KEY {
        name.push('-');
        name.push_str(&needed::<u64>(fields, key)?.to_string());
    }
    Ok(name)
}

fn technology(radio: &str, band: Option<u16>) -> Result<Technology, String> {
    match (radio, band) {
        ("NR", Some(UPPER_6_GHZ)) => Ok(Technology::NrUpper6),
        ("NR", _) => Ok(Technology::Nr),
        ("LTE", _) => Ok(Technology::Lte),
        ("UMTS", _) => Ok(Technology::Umts),
        ("GSM", _) => Ok(Technology::Gsm),
        _ => Err(format!("radio `{radio:.20}`: GSM, UMTS, LTE or NR is expected")),
    }
}

fn text<'a>(fields: &'a dyn Fields, name: &str) -> Result<Cow<'a, str>, String> {
    fields.field(name).ok_or_else(|| format!("{name} is missing"))
}

fn needed<T: FromStr>(fields: &dyn Fields, name: &str) -> Result<T, String> {
    number(fields, name)?.ok_or_else(|| format!("{name} is missing"))
}

fn number<T: FromStr>(fields: &dyn Fields, name: &str) -> Result<Option<T>, String> {
    let Some(text) = fields.field(name) else { return Ok(None) };
    let wrong = |_| {
        format!(
            "{name} `{text:.20}`: {} is expected",
            if is_measure(name) { "a number" } else { "a whole number from 0" }
        )
    };
    text.parse().map(Some).map_err(wrong)
}

fn is_measure(name: &str) -> bool {
    matches!(name, "lat" | "lon" | "range")
}
