//! A server that answers each connection as its script says.

use rcgen::{CertifiedKey, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A server on a port of its own.
pub struct Receiver {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// One answer, after which the connection is closed.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("HTTP/1.1 {status} Said\r\n{length}connection: close\r\n{headers}\r\n{body}")
}

impl Receiver {
    pub async fn start(answers: Vec<String>) -> Self {
        Self::listen(answers, None).await
    }

    pub async fn start_tls(answers: Vec<String>, made: &CertifiedKey<KeyPair>) -> Self {
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let chain: Vec<CertificateDer<'static>> = vec![made.cert.der().clone()];
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a pair");
        Self::listen(answers, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    /// Every request so far, as it came.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn listen(answers: Vec<String>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            for answer in answers {
                let Ok((stream, _)) = listener.accept().await else { return };
                match &tls {
                    None => serve(stream, &answer, &kept).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, &answer, &kept).await;
                        }
                    }
                }
            }
        });
        Self { port, heard }
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str, heard: &Mutex<Vec<String>>) {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.ends_with("\r\n\r\n{}") {
        match stream.read(&mut bytes).await {
            Ok(read @ 1..) => text.push_str(&String::from_utf8_lossy(&bytes[..read])),
            _ => return,
        }
    }
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    // A client that has seen enough may be gone.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
