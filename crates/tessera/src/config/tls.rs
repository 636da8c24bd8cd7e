//! `[tls]`: with which certificates, and on which sides.

use anyhow::bail;
use northbound::{TlsClients, TlsFiles, WithoutCertificate};
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TlsFile {
    certificate: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    client_certificates: Option<Demand>,
    #[serde(default)]
    sides: Sides,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Demand {
    Required,
    Optional,
}

/// Which sides are served with TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sides {
    /// The public one.
    #[default]
    Public,
    /// The operator's too.
    Both,
}

/// How TLS is served.
#[derive(Clone, Debug)]
pub struct TlsConfig {
    /// Its certificates.
    pub files: TlsFiles,
    /// Where.
    pub sides: Sides,
}

impl TlsFile {
    pub(super) fn parse(self) -> anyhow::Result<TlsConfig> {
        let Self { certificate, key, client_ca, client_certificates, sides } = self;
        let without = match client_certificates {
            Some(Demand::Optional) => WithoutCertificate::Served,
            Some(Demand::Required) | None => WithoutCertificate::Refused,
        };
        if client_ca.is_none() && client_certificates.is_some() {
            bail!("`tls.client_certificates` needs `tls.client_ca`: the roots that sign them");
        }
        let clients = client_ca.map(|ca| TlsClients { ca, without });
        Ok(TlsConfig { files: TlsFiles { certificate, key, clients }, sides })
    }
}
