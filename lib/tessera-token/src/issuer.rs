//! Minting: the only part that needs a secret.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use biscuit_auth::{Biscuit, KeyPair, PrivateKey, builder::Algorithm, datalog::SymbolTable};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Grant, TOKEN_BYTES_MAX, TokenError};

/// Mints tokens with one Ed25519 root key. The secret is wiped on drop and never printed.
pub struct Issuer {
    root_secret: Zeroizing<[u8; 32]>,
    root: KeyPair,
    public_key: [u8; 32],
    key_id: u32,
}

impl Issuer {
    /// An issuer of the root key that key sets publish as `key_id`.
    pub fn new(root_secret: [u8; 32], key_id: u32) -> Result<Self, TokenError> {
        let root_secret = Zeroizing::new(root_secret);
        let root = key_pair(root_secret.as_ref())?;
        let public_key = root.public().to_bytes().try_into();
        let public_key = public_key.map_err(|_| TokenError::Inexpressible("the root key is not Ed25519".to_owned()))?;
        Ok(Self { root_secret, root, public_key, key_id })
    }

    /// Id under which key sets publish the public key.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The Ed25519 public key that verifies the tokens.
    pub fn public_key(&self) -> [u8; 32] {
        self.public_key
    }

    /// Makes the token of a grant: base64url without padding. The same secret and grant give the same bytes.
    ///
    /// # Errors
    /// [`TokenError::Inexpressible`] when the grant does not fit the profile, [`TokenError::TooLarge`] when it is too long.
    pub fn mint(&self, grant: &Grant) -> Result<String, TokenError> {
        let source = grant.statements()?.join(";\n") + ";";
        let next = self.next_key(&source)?;
        let token = Biscuit::builder()
            .code(&source)
            .and_then(|builder| {
                builder.root_key_id(self.key_id).build_with_key_pair(&self.root, SymbolTable::new(), &next)
            })
            .and_then(|token| token.to_vec())
            .map_err(|error| TokenError::Inexpressible(error.to_string()))?;
        encode(&token)
    }

    /// Signs what is no token: its first bytes must say what it is.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(&self.root_secret).sign(message).to_bytes()
    }

    /// The key that signs the first delegation. It depends on the whole grant, so that no holder of one token
    /// knows the key of another and could strip its narrowings.
    fn next_key(&self, source: &str) -> Result<KeyPair, TokenError> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.root_secret.as_ref()).expect("HMAC takes a key of any length");
        mac.update(b"tessera-token/1 next key\0");
        mac.update(&self.key_id.to_be_bytes());
        mac.update(source.as_bytes());
        key_pair(&Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()))[..])
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// base64url without padding, if the token is not too long.
pub(crate) fn encode(token: &[u8]) -> Result<String, TokenError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::TooLarge { bytes: token.len(), max: TOKEN_BYTES_MAX });
    }
    Ok(URL_SAFE_NO_PAD.encode(token))
}

fn key_pair(secret: &[u8]) -> Result<KeyPair, TokenError> {
    let private = PrivateKey::from_bytes(secret, Algorithm::Ed25519)
        .map_err(|error| TokenError::Inexpressible(error.to_string()))?;
    Ok(KeyPair::from(&private))
}
