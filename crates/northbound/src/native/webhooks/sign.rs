//! Signatures of deliveries, by Standard Webhooks 1.0: an HMAC over the delivery's id, the time of this attempt, the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The bytes of a secret.
pub(crate) const SECRET_LEN: usize = 32;
/// How a secret is written.
const PREFIX: &str = "whsec_";

/// A fresh secret.
pub(crate) fn fresh_secret() -> Vec<u8> {
    let mut secret = vec![0; SECRET_LEN];
    getrandom::fill(&mut secret).expect("the operating system gives random bits");
    secret
}

/// A secret as it is shown, once.
pub(crate) fn text(secret: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// The value of `webhook-signature`: one signature for each secret.
pub(crate) fn signature(secrets: &[&[u8]], id: &str, timestamp_s: u64, body: &str) -> String {
    let signed = |secret: &&[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp_s}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    secrets.iter().map(signed).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        // The example of Standard Webhooks' libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base 64");
        assert_eq!(text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&[&secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signature(&[&secret, b"another"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert!(both.starts_with(&format!("{signed} v1,")), "{both}");
    }
}
