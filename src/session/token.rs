//! What proves that a seat is one's own, and how others recognise it.
//!
//! The owner keeps the [`Token`], everyone else its [`Owner`] mark in the roster, so
//! that any later host can give the seat back and nobody can show what they never saw.

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Proves that a seat belongs to whoever shows it. Shown to a host only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Token(pub [u8; 16]);

/// The mark of a token: the first half of its SHA-256; for the second seat, of the token's
/// bytes and `second`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owner(pub [u8; 16]);

impl Token {
    /// What others may know of it.
    pub fn owner(&self) -> Owner {
        Owner(half(Sha256::digest(self.0)))
    }

    /// The mark of the second person's seat at the same machine: one token is for both.
    pub fn second_owner(&self) -> Owner {
        Owner(half(Sha256::new().chain_update(self.0).chain_update(b"second").finalize()))
    }
}

impl std::fmt::Debug for Token {
    /// Not its bytes: logs are read by others.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Makes tokens from a secret. The seeds of the maps are no such secret: everyone sees
/// them, and the generator they are drawn from can be calculated back from them.
#[derive(Clone)]
pub(super) struct Mint {
    secret: [u8; 32],
    made: u64,
}

impl Mint {
    /// A mint of its own for each secret.
    pub(super) fn new(secret: [u8; 32]) -> Self {
        Self { secret, made: 0 }
    }

    /// Sixteen bytes that were never given before.
    pub(super) fn bytes(&mut self) -> [u8; 16] {
        self.made += 1;
        let mut mac = hmac(&self.secret);
        mac.update(&self.made.to_le_bytes());
        half(mac.finalize().into_bytes())
    }
}

impl std::fmt::Debug for Mint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mint({})", self.made)
    }
}

/// The root of the maps' seeds of a host with this secret. It says nothing of the tokens.
pub(super) fn seed(secret: &[u8; 32]) -> u64 {
    let mut mac = hmac(secret);
    mac.update(b"seed");
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(mac.finalize().into_bytes()) {
        *to = from;
    }
    u64::from_le_bytes(first)
}

/// HMAC-SHA-256 with a key of 32 bytes. Shorter than a block, such a key is padded with
/// zeros, which cannot fail.
pub(super) fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::new(&block.into())
}

fn half(digest: impl AsRef<[u8]>) -> [u8; 16] {
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_and_every_secret_is_another() {
        let (mut a, mut b) = (Mint::new([1; 32]), Mint::new([2; 32]));
        let mut made: Vec<_> = (0..100).flat_map(|_| [a.bytes(), b.bytes()]).collect();
        made.sort_unstable();
        made.dedup();
        assert_eq!(made.len(), 200);
    }

    #[test]
    fn a_mark_is_of_its_token_and_does_not_show_it() {
        let token = Token([7; 16]);
        assert_eq!(token.owner(), Token([7; 16]).owner());
        assert_ne!(token.owner(), Token([8; 16]).owner());
        assert_ne!(token.owner().0, token.0);
        assert_ne!(token.owner(), token.second_owner());
        assert_ne!(token.second_owner(), Token([8; 16]).second_owner());
        assert_eq!(format!("{token:?}"), "Token");
    }
}
