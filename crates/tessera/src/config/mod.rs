//! Configuration: defaults, then the file, then the environment, then the command line.

mod congestion;
mod delivery;
mod limits;
mod nchf;
mod oauth;
mod payment;
mod planning;
mod sandbox;
mod telemetry;
pub mod tls;
mod web;

pub use congestion::Congestion;
pub use delivery::CapabilityName;
pub use nchf::NchfConfig;
pub use oauth::OAuth;
pub use payment::PaymentConfig;
pub use planning::Planning;
pub use telemetry::TelemetryConfig;

use crate::config::congestion::CongestionFile;
use crate::config::delivery::DeliveryFile;
use crate::config::limits::LimitsFile;
use crate::config::nchf::NchfFile;
use crate::config::oauth::{ClientFile, IssuerFile, OAuthFile};
use crate::config::payment::PaymentFile;
use crate::config::planning::PlanningFile;
use crate::config::sandbox::SandboxFile;
use crate::config::telemetry::TelemetryFile;
use crate::config::tls::{TlsConfig, TlsFile};
use crate::config::web::WebFile;
use anyhow::{Context, bail};
use clap::Args;
use engine::Role;
use node::OperatorKey;
use northbound::{Credential, Credentials, Limits, Sandbox, Subscribers};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use types::{Capabilities, CellId, PartyId};

/// Where a cell is served unless it is said.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Where it is served to its operator unless it is said.
const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);

/// What `serve` is told on the command line or by the environment.
#[derive(Args, Debug, Default)]
pub struct Flags {
    /// Configuration file (TOML)
    #[arg(long, env = "TESSERA_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data folder of the cell [default: tessera-data]
    #[arg(long, env = "TESSERA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File with the operator's key, 64 hexadecimal digits, that the cell's secret is sealed under [default: the
    /// one in the environment, else none]
    #[arg(long, env = "TESSERA_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Address to serve on [default: 127.0.0.1:8080]
    #[arg(long, env = "TESSERA_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Address of the operator's side [default: 127.0.0.1:8081]
    #[arg(long, env = "TESSERA_ADMIN_LISTEN", value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
    /// Number of the cell [default: 1]
    #[arg(long, env = "TESSERA_CELL", value_name = "NUMBER")]
    pub cell: Option<u32>,
    /// What is logged, for example `info` or `node=debug,info` [default: info]
    #[arg(long, env = "TESSERA_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How log lines are written [default: text]
    #[arg(long, env = "TESSERA_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Collector of traces, for example `http://127.0.0.1:4318` [default: none]
    #[arg(long, env = "TESSERA_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<String>,
    /// The network behind the cell [default: none]
    #[arg(long, env = "TESSERA_NETWORK_DRIVER", value_name = "DRIVER")]
    pub network_driver: Option<Driver>,
    /// Capabilities that systems of yours deliver, for example `inference,compute` [default: none]
    #[arg(long, env = "TESSERA_DELIVERED_BY_OTHERS", value_name = "NAMES", value_delimiter = ',')]
    pub delivered_by_others: Option<Vec<CapabilityName>>,
}

/// A configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data: Option<PathBuf>,
    #[serde(rename = "key_file")]
    operator_key: Option<PathBuf>,
    listen: Option<SocketAddr>,
    admin_listen: Option<SocketAddr>,
    cell: Option<u32>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    tls: Option<TlsFile>,
    telemetry: TelemetryFile,
    network: NetworkFile,
    limits: LimitsFile,
    nchf: NchfFile,
    planning: PlanningFile,
    congestion: CongestionFile,
    delivery: DeliveryFile,
    sandbox: SandboxFile,
    web: WebFile,
    payment: Option<PaymentFile>,
    credentials: Vec<CredentialFile>,
    oauth: OAuthFile,
    clients: Vec<ClientFile>,
    issuers: Vec<IssuerFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NetworkFile {
    driver: Option<Driver>,
    seed: Option<u64>,
    devices: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialFile {
    secret_sha256: String,
    role: RoleName,
    party: String,
}

#[derive(Clone, Copy, Debug, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
/// What a credential may do.
pub enum RoleName {
    /// Runs the network and the shop
    Operator,
    /// Buys and calls tokens
    Customer,
    /// Reports usage
    Meter,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For programs: an object a line
    Json,
}

/// The network behind a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Driver {
    /// None: only what other systems deliver is sold (`delivery.by_others`)
    #[default]
    None,
    /// The simulated city network
    Twin,
}

/// Everything `serve` needs to know.
#[derive(Debug)]
pub struct Config {
    /// Data folder.
    pub data: PathBuf,
    /// The operator's key, where the cell's secret is sealed.
    pub key: Option<OperatorKey>,
    /// Address.
    pub listen: SocketAddr,
    /// Address of the operator's side.
    pub admin_listen: SocketAddr,
    /// Which cell.
    pub cell: CellId,
    /// What is logged.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// TLS, where it is served.
    pub tls: Option<TlsConfig>,
    /// Where spans are exported to.
    pub telemetry: Option<TelemetryConfig>,
    /// The network.
    pub driver: Driver,
    /// Seed of the simulated network.
    pub seed: u64,
    /// Which devices are the operator's.
    pub subscribers: Subscribers,
    /// What the cell takes of those who call it.
    pub limits: Limits,
    /// Where functions of the network charge, if they do.
    pub nchf: Option<NchfConfig>,
    /// How the cell is planned.
    pub planning: Planning,
    /// How bid prices are made.
    pub congestion: Congestion,
    /// What is delivered by systems that are no drivers of this cell: they report what they deliver.
    pub by_others: Capabilities,
    /// Is it one where applications sign up by themselves?
    pub sandbox: Option<Sandbox>,
    /// Which servers of other people it calls.
    pub web: southbound::web::Config,
    /// The operator's payment service, where there is one.
    pub payment: Option<PaymentConfig>,
    /// Who may call, beside the operator of the data folder.
    pub credentials: Vec<Credential>,
    /// Whose access tokens are taken.
    pub oauth: OAuth,
}

impl Config {
    /// Puts the layers together.
    pub fn load(flags: Flags) -> anyhow::Result<Self> {
        let file = flags.config.as_deref().map(File::read).transpose()?.unwrap_or_default();
        let credentials =
            file.credentials.into_iter().map(CredentialFile::parse).collect::<anyhow::Result<Vec<_>>>()?;
        Credentials::new(credentials.clone()).context("the credentials of the configuration file cannot be used")?;
        let nchf = file.nchf.parse(file.tls.as_ref().map(|_| ()))?;
        let key = operator_key(flags.key_file.as_deref().or(file.operator_key.as_deref()))?;
        Ok(Self {
            key,
            telemetry: file.telemetry.with(flags.otlp_endpoint),
            data: flags.data.or(file.data).unwrap_or_else(|| PathBuf::from("tessera-data")),
            listen: flags.listen.or(file.listen).unwrap_or(LISTEN),
            admin_listen: flags.admin_listen.or(file.admin_listen).unwrap_or(ADMIN_LISTEN),
            cell: CellId(flags.cell.or(file.cell).unwrap_or(1)),
            log: flags.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_format: flags.log_format.or(file.log_format).unwrap_or_default(),
            tls: file.tls.map(TlsFile::parse).transpose()?,
            driver: flags.network_driver.or(file.network.driver).unwrap_or_default(),
            seed: file.network.seed.unwrap_or(1),
            subscribers: Subscribers::parse(file.network.devices).context("`network.devices` cannot be used")?,
            limits: file.limits.parse()?,
            nchf,
            planning: file.planning.parse()?,
            congestion: file.congestion.parse()?,
            sandbox: file.sandbox.parse()?,
            by_others: file.delivery.with(flags.delivered_by_others),
            web: file.web.into(),
            payment: file.payment.map(PaymentFile::read).transpose()?,
            credentials,
            oauth: OAuth::new(file.oauth, file.clients, file.issuers)?,
        })
    }
}

/// The operator's key: from a file, else from `TESSERA_KEY`. Never from the command line, which others can see.
pub fn operator_key(file: Option<&Path>) -> anyhow::Result<Option<OperatorKey>> {
    let Some(file) = file else {
        let Ok(text) = std::env::var("TESSERA_KEY") else { return Ok(None) };
        return OperatorKey::parse(&text).map(Some).context("TESSERA_KEY cannot be used");
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    OperatorKey::parse(&text).map(Some).with_context(|| format!("{} cannot be used", file.display()))
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a configuration of tessera", path.display()))
    }
}

impl CredentialFile {
    fn parse(self) -> anyhow::Result<Credential> {
        let party = party_of(&self.party)?;
        Ok(Credential { secret_sha256: self.secret_sha256, role: self.role.into(), party })
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Operator => Self::Operator,
            RoleName::Customer => Self::Customer,
            RoleName::Meter => Self::Meter,
        }
    }
}

impl RoleName {
    /// As the configuration writes it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Customer => "customer",
            Self::Meter => "meter",
        }
    }
}

fn party_of(text: &str) -> anyhow::Result<PartyId> {
    let Ok(party) = PartyId::parse(text) else {
        bail!("`party = \"{text}\"`: an id of the form pty_… is expected");
    };
    Ok(party)
}
