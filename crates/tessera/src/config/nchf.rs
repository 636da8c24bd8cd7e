//! `[nchf]`: functions of the network that charge: where they are served, and what they are granted.

use anyhow::{Context, bail, ensure};
use northbound::{FinalUnit, Nchf, NchfSizes, RatingGroup};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use types::{Duration, OfferingId, Unit};

/// Where functions of the network are served, and how.
#[derive(Clone, Debug)]
pub struct NchfConfig {
    /// Address.
    pub listen: SocketAddr,
    /// With the certificates of `[tls]`?
    pub tls: bool,
    /// How they are answered.
    pub nchf: Nchf,
}

/// What the file says of it; without an address nobody is served.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NchfFile {
    listen: Option<SocketAddr>,
    tls: bool,
    api_root: Option<String>,
    rating_groups: BTreeMap<String, Charged>,
    quota_bytes: Option<u64>,
    quota_s: Option<u64>,
    quota_units: Option<u64>,
    validity_s: Option<u64>,
    threshold_ppm: Option<u32>,
    holding_s: Option<u64>,
    final_unit: Action,
    redirect_to: Option<String>,
    filters: Vec<String>,
}

/// `"off_…"`, or with what is counted where the offering has several prices.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Charged {
    Offering(String),
    Unit { offering: String, unit: String },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Terminate,
    Redirect,
    Restrict,
}

impl NchfFile {
    /// The settings, with those of the file in place of the defaults. `has_tls`: is there a `[tls]`?
    pub(super) fn parse(self, has_tls: Option<()>) -> anyhow::Result<Option<NchfConfig>> {
        let known = Nchf::default();
        let rating_groups = self.rating_groups.iter().map(|(group, charged)| group_of(group, charged));
        let nchf = Nchf {
            rating_groups: rating_groups.collect::<anyhow::Result<_>>()?,
            quota: NchfSizes {
                volume: self.quota_bytes.unwrap_or(known.quota.volume),
                time_s: self.quota_s.unwrap_or(known.quota.time_s),
                units: self.quota_units.unwrap_or(known.quota.units),
            },
            validity: self.validity_s.map_or(known.validity, Duration::from_secs),
            threshold_ppm: self.threshold_ppm.unwrap_or(known.threshold_ppm),
            holding: self.holding_s.map(Duration::from_secs),
            final_unit: final_unit(self.final_unit, self.redirect_to, self.filters)?,
            api_root: self.api_root,
        };
        let nchf = nchf.checked().context("`[nchf]` cannot be used")?;
        ensure!(!self.tls || has_tls.is_some(), "`nchf.tls` needs `[tls]`: the certificates to serve it with");
        Ok(self.listen.map(|listen| NchfConfig { listen, tls: self.tls, nchf }))
    }
}

fn final_unit(action: Action, redirect_to: Option<String>, filters: Vec<String>) -> anyhow::Result<FinalUnit> {
    match (action, redirect_to, filters.is_empty()) {
        (Action::Terminate, None, true) => Ok(FinalUnit::Terminate),
        (Action::Redirect, Some(to), true) => Ok(FinalUnit::Redirect(to)),
        (Action::Restrict, None, false) => Ok(FinalUnit::Restrict(filters)),
        _ => bail!(
            "`nchf.final_unit`: `terminate` alone, `redirect` with `redirect_to`, or `restrict` with `filters` is expected"
        ),
    }
}

fn group_of(group: &str, charged: &Charged) -> anyhow::Result<(u32, RatingGroup)> {
    let (offering, unit) = match charged {
        Charged::Offering(offering) => (offering, None),
        Charged::Unit { offering, unit } => (offering, Some(unit)),
    };
    let number = group.parse().ok().with_context(|| {
        format!("`nchf.rating_groups`: `{group}` is no rating group; a number of 0 to {} is expected", u32::MAX)
    })?;
    let Ok(offering) = OfferingId::parse(offering) else {
        bail!("`nchf.rating_groups`: `{offering}` is no offering; an id of the form off_… is expected");
    };
    let unit = unit.map(|unit| {
        let known: Vec<&str> = Unit::ALL.into_iter().map(Unit::as_str).collect();
        Unit::parse(unit)
            .with_context(|| format!("`nchf.rating_groups`: `{unit}` is no unit; {} are", known.join(", ")))
    });
    Ok((number, RatingGroup { offering, unit: unit.transpose()? }))
}

#[cfg(test)]
mod tests {
    use super::{NchfConfig, NchfFile};
    use northbound::{FinalUnit, Nchf};

    fn parse(text: &str) -> Result<Option<NchfConfig>, String> {
        let file: NchfFile = toml::from_str(text).map_err(|error| error.to_string())?;
        file.parse(None).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn it_is_off_without_an_address_and_the_rest_has_defaults() {
        assert!(parse("").expect("sound").is_none());
        let on = parse("listen = '127.0.0.1:0'").expect("sound").expect("on");
        assert_eq!(on.nchf, Nchf::default());
        let text = "listen = '127.0.0.1:0'\nfinal_unit = 'restrict'\nfilters = ['portal']\nquota_bytes = 5\n\
            [rating_groups]\n10 = 'off_00000000000000000000000002'";
        let on = parse(text).expect("sound").expect("on");
        assert_eq!(on.nchf.final_unit, FinalUnit::Restrict(vec!["portal".to_owned()]));
        assert_eq!((on.nchf.quota.volume, on.nchf.rating_groups.len()), (5, 1));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        for (text, named) in [
            ("quota_bytes = 0", "quota_bytes"),
            ("quota_s = 4294967296", "quota_s"),
            ("quota_units = 9007199254740992", "quota_units"),
            ("validity_s = 86401", "validity_s"),
            ("threshold_ppm = 1000000", "threshold_ppm"),
            ("holding_s = 0", "holding_s"),
            ("final_unit = 'redirect'", "nchf.final_unit"),
            ("redirect_to = 'https://x.example'", "nchf.final_unit"),
            ("final_unit = 'restrict'\nfilters = ['']", "filters"),
            ("final_unit = 'stop'", "stop"),
            ("api_root = ''", "api_root"),
            ("tls = true", "nchf.tls"),
            ("rating_groups = { a = 'off_00000000000000000000000002' }", "`a`"),
            ("rating_groups = { 1 = 'tok_1' }", "tok_1"),
            ("quota = 1", "quota"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
