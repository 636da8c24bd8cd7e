//! Bodies of CAMARA's APIs and of 3GPP's charging, and what the vault keeps of them.

use super::shop::{ALICE, NOW, state};
use super::{json, split, text};
use crate::call::Record;
use crate::camara::common::check::is_profile_name;
use crate::camara::common::convert::{Devices, Subject, chosen};
use crate::camara::common::extract::{Object, parse_uuid, uuid_text};
use crate::camara::common::wire::Device;
use crate::camara::qos_profiles::convert::{Viewer, profile_named};
use crate::camara::qos_profiles::wire::QosProfileDeviceRequest;
use crate::camara::quality_on_demand::wire::{
    CreateSession, ExtendSessionDuration, Flow, Remembered, RetrieveSessionsInput,
};
use crate::camara::quality_on_demand::{check, convert};
use crate::device::Identifier;
use crate::nchf::{Nchf, convert as nchf};
use crate::subscribers::Subscribers;
use engine::Want;
use engine::limits::QUANTITY_MAX;
use types::{Duration, Unit};

/// Every body of quality-on-demand, qos-profiles and charging.
pub fn camara(data: &[u8]) {
    let (how, rest) = split(data);
    match how {
        b'a' => create(rest),
        b'b' => extend(rest),
        b'c' => retrieve(rest),
        b'd' => profiles(rest),
        b'e' => session_id(text(rest)),
        b'f' => kept(rest),
        b'g' => subscribers(text(rest)),
        b'h' => charging(rest),
        _ => {}
    }
}

fn create(body: &[u8]) {
    let Some(Object(request)) = json::<Object<CreateSession>>(body) else { return };
    if check::request(&request).is_err() {
        return;
    }
    let Some((identifier, shown)) = request.device.as_ref().and_then(device) else { return };
    let seconds = request.duration;
    let subject = Subject { identifier: identifier.clone(), shown: Some(shown) };
    let wanted = convert::wanted(request, subject).expect("a sound request is kept");
    assert_eq!(wanted.identifier(), identifier.as_str());
    if let Ok(call) = wanted.of_token(state(), ALICE, None, NOW) {
        assert_eq!(call.duration, Duration::from_secs(seconds.unsigned_abs()));
        let flow: Flow = serde_json::from_value(call.flow.clone()).expect("what is kept can be read");
        assert_eq!(serde_json::to_value(&flow).ok(), Some(call.flow));
        let kept: Remembered = serde_json::from_value(call.request.clone()).expect("what is kept can be read");
        assert_eq!(serde_json::to_value(&kept).ok(), Some(call.request));
    }
}

fn charging(body: &[u8]) {
    let Ok(request) = nchf::request(body) else { return };
    // Either answer is one; neither may panic.
    let _ = (nchf::named(&request), nchf::one_time(&request));
    let Ok(groups) = nchf::groups(&request) else { return };
    for group in groups {
        for unit in [Unit::Byte, Unit::Second, Unit::Call] {
            let (used, want) = nchf::ask(&Nchf::default(), &group, unit, None);
            assert!(used <= QUANTITY_MAX);
            if let Want::Quota { quantity_max, .. } = want {
                assert!((1..=QUANTITY_MAX).contains(&quantity_max));
            }
        }
    }
}

fn extend(body: &[u8]) {
    let Some(Object(asked)) = json::<Object<ExtendSessionDuration>>(body) else { return };
    let seconds = asked.requested_additional_duration;
    if let Ok(longer) = check::additional_duration(seconds) {
        assert!(seconds > 0 && longer == Duration::from_secs(seconds.unsigned_abs()));
    }
}

fn retrieve(body: &[u8]) {
    if let Some(Object(asked)) = json::<Object<RetrieveSessionsInput>>(body) {
        asked.device.as_ref().and_then(device);
    }
}

fn profiles(body: &[u8]) {
    let Some(Object(asked)) = json::<Object<QosProfileDeviceRequest>>(body) else { return };
    asked.device.as_ref().and_then(device);
    let viewer = Viewer { actor: ALICE, devices: Devices::All };
    if let Some(name) = asked.name.as_deref()
        && let Some(profile) = profile_named(state(), viewer, name)
    {
        assert!(is_profile_name(name) && profile.is(Some(name), None));
        let _ = profile.shown();
    }
}

/// Its identifier, which names one device by our own API as well.
fn device(device: &Device) -> Option<(Identifier, Device)> {
    let (identifier, shown) = chosen(device).ok()?;
    assert_eq!(Identifier::parse(identifier.as_str()).as_ref(), Some(&identifier), "an identifier has one form");
    let again = chosen(&shown).expect("what is shown can be sent");
    assert!(again.0 == identifier && again.1 == shown, "what is shown names the same device");
    Some((identifier, shown))
}

fn session_id(text: &str) {
    if let Some(bits) = parse_uuid(text) {
        assert_eq!(uuid_text(bits), text.to_ascii_lowercase());
    }
}

fn kept(bytes: &[u8]) {
    if let Some(Record { request, .. }) = json::<Record>(bytes) {
        let _ = serde_json::from_value::<Remembered>(request);
    }
    let _ = json::<Flow>(bytes);
}

fn subscribers(text: &str) {
    let mut lines = text.lines();
    let device = lines.next().and_then(Identifier::parse);
    if let (Some(device), Ok(ranges)) = (device, Subscribers::parse(lines)) {
        let _ = ranges.serve(&device);
    }
}
