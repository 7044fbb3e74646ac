//! The password of a room, which never travels: the host sends a number that was never
//! used before, and who wants to come in answers with a proof made of it.

use hmac::{Mac, digest::Output};
use sha2::{Digest, Sha256};

use super::PeerId;
use super::token::hmac;

/// What a password and a room become; all that is kept of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// Answers a challenge.
pub type Proof = [u8; 32];

impl Key {
    /// The key of a room, named by its code, with this password.
    pub fn new(room: &str, password: &str) -> Self {
        let mut hash = Sha256::new();
        // A code has no character of value 0, so no two pairs run together to the same text.
        for part in ["tankwarz", "\0", room, "\0", password] {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The proof of `guest` for `host`, good for this challenge only.
    pub(super) fn proof(&self, host: PeerId, guest: PeerId, nonce: &[u8; 16]) -> Proof {
        let proof: Output<Sha256> = self.mac(host, guest, nonce).finalize().into_bytes();
        proof.into()
    }

    /// Whether a proof is right; takes equally long wherever it is wrong.
    pub(super) fn accepts(
        &self,
        host: PeerId,
        guest: PeerId,
        nonce: &[u8; 16],
        proof: &Proof,
    ) -> bool {
        self.mac(host, guest, nonce).verify_slice(proof).is_ok()
    }

    fn mac(&self, host: PeerId, guest: PeerId, nonce: &[u8; 16]) -> hmac::Hmac<Sha256> {
        let mut mac = hmac(&self.0);
        mac.update(&host.0.to_le_bytes());
        mac.update(&guest.0.to_le_bytes());
        mac.update(nonce);
        mac
    }
}

impl std::fmt::Debug for Key {
    /// Not its bytes: logs are read by others.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proof_is_bound_to_room_password_both_peers_and_challenge() {
        let (host, guest, nonce) = (PeerId(1), PeerId(2), [3; 16]);
        let key = Key::new("ROOM", "secret");
        let proof = key.proof(host, guest, &nonce);
        assert!(key.accepts(host, guest, &nonce, &proof));
        assert!(!Key::new("OTHER", "secret").accepts(host, guest, &nonce, &proof));
        assert!(!Key::new("ROOM", "Secret").accepts(host, guest, &nonce, &proof));
        assert!(!Key::new("ROOMs", "ecret").accepts(host, guest, &nonce, &proof));
        assert!(!key.accepts(PeerId(9), guest, &nonce, &proof), "another host");
        assert!(!key.accepts(host, PeerId(9), &nonce, &proof), "another guest");
        assert!(!key.accepts(guest, host, &nonce, &proof), "turned around");
        assert!(!key.accepts(host, guest, &[4; 16], &proof), "an old challenge");
        for bit in 0..256 {
            let mut wrong = proof;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.accepts(host, guest, &nonce, &wrong));
        }
        assert_eq!(format!("{key:?}"), "Key");
    }
}
