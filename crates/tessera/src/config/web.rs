//! `[web]`: which servers of other people the cell calls.

use serde::Deserialize;
use southbound::web;
use std::path::PathBuf;

/// The part of a configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebFile {
    allow_loopback: bool,
    allow_hosts: Vec<String>,
    core_networks: Vec<String>,
    root_ca: Option<PathBuf>,
}

impl From<WebFile> for web::Config {
    fn from(file: WebFile) -> Self {
        let WebFile { allow_loopback, allow_hosts, core_networks, root_ca } = file;
        Self { allow_loopback, allow_hosts, core_networks, root_ca }
    }
}
