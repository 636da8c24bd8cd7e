//! Degrees, and numbers within a range, as a row writes them.

/// `lat` and `lon` if they are a place on the earth.
pub fn position(lat: f64, lon: f64) -> Result<(f64, f64), String> {
    within("lat", lat, (-90.0, 90.0), "degrees north")?;
    within("lon", lon, (-180.0, 180.0), "degrees east")?;
    Ok((lat, lon))
}

/// `value` if it is within the range, ends included.
pub fn within(name: &str, value: f64, (least, most): (f64, f64), unit: &str) -> Result<f64, String> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(format!("{name} {value}: {least} to {most} {unit} are expected"))
    }
}

/// A capacity of at least 1 that the books can count.
pub fn capacity(name: &str, value: u64) -> Result<u64, String> {
    let most = engine::limits::QUANTITY_MAX;
    if (1..=most).contains(&value) { Ok(value) } else { Err(format!("{name} {value}: 1 to {most} is expected")) }
}
