//! TLS over real sockets: who is let in, and what is told of it.

use super::world::World;
use crate::metrics::Connections;
use crate::seats::Seats;
use crate::serve::{Edge, serve_on};
use crate::{ClientCertificate, Listening, Tls, TlsClients, TlsError, TlsFiles, WithoutCertificate, serve};
use axum::{Extension, Router, routing};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// A certificate with its key.
struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// The files of a server, and those who signed what is in them.
struct Files {
    folder: TempDir,
    servers: Authority,
    clients: Authority,
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a root")
}

fn issued(by: &Authority) -> Issued {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    Issued { certificate: params.signed_by(&key, by).expect("it is signed"), key }
}

impl Files {
    fn new() -> Self {
        let files = Self {
            folder: tempfile::tempdir().expect("a folder"),
            servers: authority("servers"),
            clients: authority("clients"),
        };
        files.renew();
        files.write("clients.pem", &files.clients.pem());
        files
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("the file is written");
    }

    /// Another certificate for the server.
    fn renew(&self) {
        let Issued { certificate, key } = issued(&self.servers);
        self.write("server.pem", &certificate.pem());
        self.write("server.key", &key.serialize_pem());
    }

    fn tls_files(&self, without: Option<WithoutCertificate>) -> TlsFiles {
        let path = |name: &str| self.folder.path().join(name);
        TlsFiles {
            certificate: path("server.pem"),
            key: path("server.key"),
            clients: without.map(|without| TlsClients { ca: path("clients.pem"), without }),
        }
    }

    fn load(&self, without: Option<WithoutCertificate>) -> Tls {
        Tls::load(self.tls_files(without)).expect("the files are sound")
    }

    /// A client that trusts `root`.
    fn client(&self, versions: &[&'static SupportedProtocolVersion], shown: Option<&Issued>) -> ClientConfig {
        client_of(&self.servers, versions, shown)
    }
}

fn client_of(root: &Authority, versions: &[&'static SupportedProtocolVersion], shown: Option<&Issued>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(root.der().clone()).expect("it is a root");
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_protocol_versions(versions).expect("known versions").with_root_certificates(roots);
    let mut config = match shown {
        None => builder.with_no_client_auth(),
        Some(Issued { certificate, key }) => {
            let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            builder.with_client_auth_cert(vec![certificate.der().clone()], key).expect("they fit")
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

async fn connect(address: SocketAddr, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The answer to a request, or why there is none. In TLS 1.3 a client hears only then that it was refused.
async fn ask(stream: &mut TlsStream<TcpStream>, path: &str) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

async fn call(address: SocketAddr, config: ClientConfig) -> std::io::Result<String> {
    ask(&mut connect(address, config).await?, "/thumbprint").await
}

/// Serves one route that tells who shows a certificate.
async fn start(tls: Tls, patience: Duration) -> (SocketAddr, Arc<Connections>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::<Connections>::default();
    let edge = Edge { listener, tls: Some(tls), seats: Seats::new(2, Arc::clone(&connections)), patience };
    let tell = |certificate: Option<Extension<ClientCertificate>>| async move {
        certificate.map_or_else(|| "nobody".to_owned(), |Extension(shown)| format!("{:02x?}", shown.sha256))
    };
    tokio::spawn(serve_on(edge, Router::new().fallback(routing::get(tell)), std::future::pending()));
    (address, connections)
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_cell_is_served_with_tls_and_says_that_it_stays_so() {
    let (world, files) = (World::open().await, Files::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let listening = Listening::public(listener).with_tls(Some(files.load(None)));
    tokio::spawn(serve(listening, world.app.clone(), std::future::pending()));
    for version in [&TLS12, &TLS13] {
        let mut stream = connect(address, files.client(&[version], None)).await.expect("hands are shaken");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
        let answer = ask(&mut stream, "/healthz").await.expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=31536000\r\n"), "{answer}");
    }
    let mut config = files.client(&[&TLS13], None);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut stream = connect(address, config).await.expect("hands are shaken");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("it reads");
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.expect("it answers");
    assert_eq!((frame[3], &frame[5..]), (4, &[0; 4][..]), "a SETTINGS frame");
    let stranger = authority("stranger");
    assert!(
        connect(address, client_of(&stranger, &[&TLS13], None)).await.is_err(),
        "a client of another root is not fooled"
    );
}

#[tokio::test]
async fn who_shows_no_certificate_of_ours_is_refused_where_one_is_required() {
    let files = Files::new();
    let (address, connections) = start(files.load(Some(WithoutCertificate::Refused)), LONG).await;
    let (mine, stranger) = (issued(&files.clients), issued(&authority("stranger")));
    for version in [&TLS12, &TLS13] {
        let answer = call(address, files.client(&[version], Some(&mine))).await.expect("it is let in");
        let thumbprint: [u8; 32] = Sha256::digest(mine.certificate.der()).into();
        assert!(answer.ends_with(&format!("{thumbprint:02x?}")), "{answer}");
        for refused in [None, Some(&stranger)] {
            let answer = call(address, files.client(&[version], refused)).await;
            assert!(answer.is_err(), "{version:?}: {answer:?}");
        }
    }
    assert_eq!(connections.handshakes_failed.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn where_a_certificate_may_be_shown_a_wrong_one_is_still_refused() {
    let files = Files::new();
    let (address, _) = start(files.load(Some(WithoutCertificate::Served)), LONG).await;
    let (mine, stranger) = (issued(&files.clients), issued(&authority("stranger")));
    let answer = call(address, files.client(&[&TLS13], None)).await.expect("it is let in");
    assert!(answer.ends_with("nobody"), "{answer}");
    let answer = call(address, files.client(&[&TLS13], Some(&mine))).await.expect("it is let in");
    assert!(!answer.ends_with("nobody"), "{answer}");
    assert!(call(address, files.client(&[&TLS13], Some(&stranger))).await.is_err());
}

/// A hello of a time before TLS 1.3, of this minor version: two suites, one kind of signature.
fn hello(minor: u8) -> Vec<u8> {
    let random: Vec<u8> = (1..=32).collect();
    let head = [0x16, 0x03, 0x01, 0x00, 0x39, 0x01, 0x00, 0x00, 0x35, 0x03, minor];
    let suites = [0x00, 0x00, 0x04, 0xc0, 0x13, 0x00, 0x2f, 0x01, 0x00];
    let signatures = [0x00, 0x08, 0x00, 0x0d, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03];
    [&head, random.as_slice(), &suites, &signatures].concat()
}

/// What comes back for raw bytes, until the end.
async fn back(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(bytes).await.expect("it reads");
    let mut answer = Vec::new();
    // Where it does not read on, the rest of the connection is reset.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn an_older_tls_is_refused_by_name_and_plain_http_gets_nothing() {
    let files = Files::new();
    let (address, _) = start(files.load(None), LONG).await;
    // An alert record (21), fatal (2), and why: protocol_version (70), and for what is of a known version but has nothing
    // in common with us, handshake_failure (40).
    for (minor, why) in [(1, 70), (2, 70), (3, 40)] {
        let answer = back(address, &hello(minor)).await;
        assert_eq!((answer.first(), answer.get(5..7)), (Some(&21), Some([2, why].as_slice())), "{minor}: {answer:?}");
    }
    let answer = back(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/"), "{answer:?}");
}

#[tokio::test]
async fn a_handshake_that_is_not_finished_loses_its_place_while_others_are_served() {
    let files = Files::new();
    let (address, connections) = start(files.load(None), Duration::from_millis(400)).await;
    let mut slow = TcpStream::connect(address).await.expect("it listens");
    slow.write_all(&hello(3)[..20]).await.expect("it reads");
    let answer = call(address, files.client(&[&TLS13], None)).await.expect("others are served");
    assert!(answer.ends_with("nobody"), "{answer}");
    let mut rest = Vec::new();
    let over = tokio::time::timeout(LONG, slow.read_to_end(&mut rest)).await;
    assert!(over.is_ok_and(|read| read.map_or(true, |bytes| bytes == 0)), "it is over");
    assert_eq!(connections.handshakes_failed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn certificates_are_read_again_and_open_connections_go_on() {
    let files = Files::new();
    let tls = files.load(None);
    let (address, _) = start(tls.clone(), LONG).await;
    let shown = |stream: &TlsStream<TcpStream>| -> CertificateDer<'static> {
        stream.get_ref().1.peer_certificates().and_then(<[_]>::first).expect("a certificate").clone().into_owned()
    };
    let mut before = connect(address, files.client(&[&TLS13], None)).await.expect("hands are shaken");
    files.renew();
    tls.reload().expect("the new ones are sound");
    let mut after = connect(address, files.client(&[&TLS13], None)).await.expect("hands are shaken");
    assert_ne!(shown(&before), shown(&after));
    files.write("server.key", "no key");
    let error = tls.reload().expect_err("that is no key");
    assert!(matches!(error, TlsError::Unreadable { what: "a private key", .. }), "{error}");
    for stream in [&mut before, &mut after] {
        let answer = ask(stream, "/thumbprint").await.expect("it goes on");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(shown(&connect(address, files.client(&[&TLS13], None)).await.expect("as before")), shown(&after));
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let files = Files::new();
    let load = |certificate: &str, key: &str, ca: &str| {
        let path = |name: &str| files.folder.path().join(name);
        let clients = Some(TlsClients { ca: path(ca), without: WithoutCertificate::Refused });
        Tls::load(TlsFiles { certificate: path(certificate), key: path(key), clients })
    };
    files.write("other.key", &KeyPair::generate().expect("a key").serialize_pem());
    files.write("empty.pem", "");
    files.write("binary.pem", "-----BEGIN CERTIFICATE-----\n\u{fffd}\n-----END CERTIFICATE-----\n");
    load("server.pem", "server.key", "clients.pem").expect("these are sound");
    for (certificate, key, ca, part) in [
        ("none.pem", "server.key", "clients.pem", "could not read a certificate from"),
        ("empty.pem", "server.key", "clients.pem", "could not read a certificate from"),
        ("binary.pem", "server.key", "clients.pem", "could not read a certificate from"),
        ("server.pem", "server.pem", "clients.pem", "could not read a private key from"),
        ("server.pem", "other.key", "clients.pem", "cannot be used with its key"),
        ("server.pem", "server.key", "empty.pem", "could not read the roots of client certificates from"),
        ("server.pem", "server.key", "server.key", "could not read the roots of client certificates from"),
    ] {
        let error = load(certificate, key, ca).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
        assert!(error.contains(&Path::new(&files.folder.path()).display().to_string()), "{error}");
    }
}
