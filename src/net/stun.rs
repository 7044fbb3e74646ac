//! The few STUN and TURN messages that tell what a network does to ours (RFC 8489, RFC 8656):
//! written and read as bytes. Pure: it neither sends nor waits, see `probe` for that.
//!
//! What arrives is a stranger's: a message is at most [`MAX_MESSAGE`] bytes, holds at most
//! [`MAX_ATTRIBUTES`] attributes, and is read by checked slices only. Whether it answers our
//! question is told by its transaction id, which the caller has to compare.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;

/// The longest message that is read, in bytes.
pub const MAX_MESSAGE: usize = 1500;
/// The most attributes that are read.
pub const MAX_ATTRIBUTES: usize = 32;

/// Asks for our address as the server sees it.
pub const BINDING: u16 = 0x001;
/// Asks a TURN server for an address that it passes on to us.
pub const ALLOCATE: u16 = 0x003;
/// Asks a TURN server to keep such an address, or with a lifetime of 0 to take it back.
pub const REFRESH: u16 = 0x004;

const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const HEADER: usize = 20;

const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const ERROR_CODE: u16 = 0x0009;
const LIFETIME: u16 = 0x000D;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const XOR_RELAYED_ADDRESS: u16 = 0x0016;
const REQUESTED_TRANSPORT: u16 = 0x0019;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

/// UDP, as REQUESTED-TRANSPORT names it.
const UDP: [u8; 4] = [17, 0, 0, 0];
/// The length of a MESSAGE-INTEGRITY, in bytes.
const INTEGRITY: usize = 20;

/// What ties an answer to its question: 96 bits that nobody else can guess.
pub type TransactionId = [u8; 12];

/// What a message is to the one who reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A question.
    Request,
    /// The answer.
    Success,
    /// A refusal.
    Error,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// [`BINDING`], [`ALLOCATE`] or [`REFRESH`], or another, up to 12 bits.
    pub method: u16,
    /// Question, answer or refusal.
    pub class: Class,
    /// Which question this is about.
    pub id: TransactionId,
    attributes: Vec<(u16, Vec<u8>)>,
}

/// Who we are to a TURN server, and what it said last that has to be repeated to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// The user's name.
    pub username: String,
    /// The password, never sent.
    pub password: String,
    /// The server's realm.
    pub realm: Vec<u8>,
    /// The server's nonce.
    pub nonce: Vec<u8>,
}

impl Message {
    /// A message without attributes.
    pub fn new(method: u16, class: Class, id: TransactionId) -> Self {
        Self { method, class, id, attributes: Vec::new() }
    }

    /// Asks for our address as the server sees it.
    pub fn binding(id: TransactionId) -> Self {
        Self::new(BINDING, Class::Request, id)
    }

    /// Asks a TURN server for a relayed address.
    pub fn allocate(id: TransactionId) -> Self {
        Self::new(ALLOCATE, Class::Request, id).with(REQUESTED_TRANSPORT, &UDP)
    }

    /// Gives a relayed address back.
    pub fn release(id: TransactionId) -> Self {
        Self::new(REFRESH, Class::Request, id).with(LIFETIME, &[0; 4])
    }

    /// A server's answer: the address it sees, as XOR-MAPPED-ADDRESS.
    pub fn sees(mut self, address: SocketAddr) -> Self {
        let value = self.xored(address);
        self.attributes.push((XOR_MAPPED_ADDRESS, value));
        self
    }

    /// A server's answer: the address it passes on, as XOR-RELAYED-ADDRESS.
    pub fn relays(mut self, address: SocketAddr) -> Self {
        let value = self.xored(address);
        self.attributes.push((XOR_RELAYED_ADDRESS, value));
        self
    }

    /// A server's refusal with its reason, and what it takes to be let in.
    pub fn refuses(self, code: u16, reason: &str, realm: &[u8], nonce: &[u8]) -> Self {
        let digits = [0, 0, (code / 100) as u8, (code % 100) as u8];
        self.with(ERROR_CODE, &[&digits, reason.as_bytes()].concat())
            .with(REALM, realm)
            .with(NONCE, nonce)
    }

    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.kind().to_be_bytes().to_vec();
        bytes.extend([0, 0]);
        bytes.extend(COOKIE);
        bytes.extend(self.id);
        for (kind, value) in &self.attributes {
            push_attribute(&mut bytes, *kind, value);
        }
        set_length(&mut bytes, 0);
        bytes
    }

    /// The message's bytes, signed with a long-term credential.
    pub fn encode_signed(&self, credentials: &Credentials) -> Vec<u8> {
        let signed = self
            .clone()
            .with(USERNAME, credentials.username.as_bytes())
            .with(REALM, &credentials.realm)
            .with(NONCE, &credentials.nonce);
        let mut bytes = signed.encode();
        set_length(&mut bytes, 4 + INTEGRITY);
        let code = integrity(&bytes, &credentials.key());
        push_attribute(&mut bytes, MESSAGE_INTEGRITY, &code);
        bytes
    }

    /// Reads a message; `None` if it is none, or one that nobody needs.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_at_checked(HEADER)?;
        let kind = u16::from_be_bytes(header.first_chunk().copied()?);
        let length = usize::from(u16::from_be_bytes(header.get(2..4)?.try_into().ok()?));
        let id = header.get(8..)?.try_into().ok()?;
        let fits = length % 4 == 0 && length == rest.len() && bytes.len() <= MAX_MESSAGE;
        if !fits || header.get(4..8)? != COOKIE {
            return None;
        }
        let (method, class) = split_kind(kind)?;
        let mut attributes = Vec::new();
        while !rest.is_empty() {
            let (head, after) = rest.split_first_chunk::<4>()?;
            let [a, b, c, d] = *head;
            let size = usize::from(u16::from_be_bytes([c, d]));
            let value = after.get(..size)?;
            rest = after.get(size.next_multiple_of(4)..)?;
            if attributes.len() == MAX_ATTRIBUTES {
                return None;
            }
            attributes.push((u16::from_be_bytes([a, b]), value.to_vec()));
        }
        Some(Self { method, class, id, attributes })
    }

    /// Our address as the server sees it.
    pub fn mapped_address(&self) -> Option<SocketAddr> {
        self.address(XOR_MAPPED_ADDRESS)
    }

    /// The address that a TURN server passes on to us.
    pub fn relayed_address(&self) -> Option<SocketAddr> {
        self.address(XOR_RELAYED_ADDRESS)
    }

    /// The number of a refusal, 300 to 699.
    pub fn error_code(&self) -> Option<u16> {
        let value = self.attribute(ERROR_CODE)?;
        let (class, number) = (value.get(2)? & 7, *value.get(3)?);
        let fits = (3..=6).contains(&class) && number < 100;
        fits.then(|| u16::from(class) * 100 + u16::from(number))
    }

    /// What a server that asks for a credential wants repeated: realm and nonce.
    pub fn challenge(&self) -> Option<(&[u8], &[u8])> {
        Some((self.attribute(REALM)?, self.attribute(NONCE)?))
    }

    /// Whether these are the bytes of a message signed so.
    pub fn is_signed(bytes: &[u8], credentials: &Credentials) -> bool {
        let Some(end) = bytes.len().checked_sub(4 + INTEGRITY) else { return false };
        let Some((before, tail)) = bytes.split_at_checked(end) else { return false };
        let mut expected = Vec::new();
        push_attribute(&mut expected, MESSAGE_INTEGRITY, &integrity(before, &credentials.key()));
        tail == expected
    }

    fn with(mut self, kind: u16, value: &[u8]) -> Self {
        self.attributes.push((kind, value.to_vec()));
        self
    }

    fn kind(&self) -> u16 {
        let class: u16 = match self.class {
            Class::Request => 0b00,
            Class::Success => 0b10,
            Class::Error => 0b11,
        };
        // The two bits of the class stand among those of the method.
        let method = (self.method & 0xF80) << 2 | (self.method & 0x070) << 1 | self.method & 0x00F;
        method | (class & 0b10) << 7 | (class & 0b01) << 4
    }

    fn attribute(&self, kind: u16) -> Option<&[u8]> {
        // The first of a kind counts.
        let found = self.attributes.iter().find(|(other, _)| *other == kind);
        found.map(|(_, value)| value.as_slice())
    }

    fn address(&self, kind: u16) -> Option<SocketAddr> {
        let value = self.attribute(kind)?;
        let (head, ip) = value.split_first_chunk::<4>()?;
        let [_, family, port @ ..] = *head;
        let port = u16::from_be_bytes(port) ^ 0x2112;
        let mask = self.mask();
        let mut plain = [0; 16];
        for ((plain, byte), mask) in plain.iter_mut().zip(ip).zip(mask) {
            *plain = byte ^ mask;
        }
        let ip = match (family, ip.len()) {
            (1, 4) => IpAddr::V4(Ipv4Addr::from(plain.first_chunk::<4>().copied()?)),
            (2, 16) => IpAddr::V6(Ipv6Addr::from(plain)),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    fn xored(&self, address: SocketAddr) -> Vec<u8> {
        let (family, ip) = match address.ip() {
            IpAddr::V4(ip) => (1, ip.octets().to_vec()),
            IpAddr::V6(ip) => (2, ip.octets().to_vec()),
        };
        let mut value = vec![0, family];
        value.extend((address.port() ^ 0x2112).to_be_bytes());
        value.extend(ip.iter().zip(self.mask()).map(|(byte, mask)| byte ^ mask));
        value
    }

    /// What addresses are masked with: the cookie, then the transaction id.
    fn mask(&self) -> impl Iterator<Item = u8> {
        COOKIE.into_iter().chain(self.id)
    }
}

impl Credentials {
    fn key(&self) -> [u8; 16] {
        let parts =
            [self.username.as_bytes(), b":", &self.realm, b":", self.password.as_bytes()].concat();
        Md5::digest(parts).into()
    }
}

fn split_kind(kind: u16) -> Option<(u16, Class)> {
    let method = (kind & 0x3E00) >> 2 | (kind & 0x00E0) >> 1 | kind & 0x000F;
    let class = match (kind & 0xC000, kind & 0x0110) {
        (0, 0x0000) => Class::Request,
        (0, 0x0100) => Class::Success,
        (0, 0x0110) => Class::Error,
        // An indication, or no STUN at all.
        _ => return None,
    };
    Some((method, class))
}

fn push_attribute(bytes: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let value = value.get(..MAX_MESSAGE).unwrap_or(value);
    bytes.extend(kind.to_be_bytes());
    bytes.extend(u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

/// Writes the length of what follows the header, and of `more` that is to come.
fn set_length(bytes: &mut [u8], more: usize) {
    let length = u16::try_from(bytes.len().saturating_sub(HEADER) + more).unwrap_or(u16::MAX);
    if let Some(place) = bytes.get_mut(2..4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
}

fn integrity(bytes: &[u8], key: &[u8]) -> [u8; INTEGRITY] {
    // A key of any length will do.
    let Ok(mut mac) = <Hmac<Sha1> as Mac>::new_from_slice(key) else { return [0; INTEGRITY] };
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: TransactionId =
        [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];

    /// The sample answer of RFC 5769, section 2.2, without what we do not read.
    fn sample_answer() -> Vec<u8> {
        let mut bytes = vec![0x01, 0x01, 0x00, 0x0c];
        bytes.extend(COOKIE);
        bytes.extend(ID);
        bytes.extend([0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43]);
        bytes
    }

    #[test]
    fn question_is_the_header_alone() {
        let bytes = Message::binding(ID).encode();
        assert_eq!(bytes.len(), HEADER);
        assert_eq!(bytes[..8], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]);
        assert_eq!(bytes[8..], ID);
        assert_eq!(Message::decode(&bytes), Some(Message::binding(ID)));
    }

    #[test]
    fn sample_answer_of_the_standard_is_understood() {
        let answer = Message::decode(&sample_answer()).unwrap();
        assert_eq!((answer.method, answer.class, answer.id), (BINDING, Class::Success, ID));
        assert_eq!(answer.mapped_address(), Some("192.0.2.1:32853".parse().unwrap()));
        assert_eq!(answer.encode(), sample_answer());
    }

    #[test]
    fn addresses_of_both_families_survive_the_way() {
        for address in ["1.2.3.4:5", "[2001:db8::1]:65535"] {
            let address: SocketAddr = address.parse().unwrap();
            let answer = Message::new(ALLOCATE, Class::Success, ID).sees(address).relays(address);
            let read = Message::decode(&answer.encode()).unwrap();
            assert_eq!(read.mapped_address(), Some(address));
            assert_eq!(read.relayed_address(), Some(address));
        }
    }

    #[test]
    fn refusal_tells_its_number_and_the_challenge() {
        let refusal = Message::new(ALLOCATE, Class::Error, ID).refuses(401, "Who?", b"den", b"n0");
        let read = Message::decode(&refusal.encode()).unwrap();
        assert_eq!(read.error_code(), Some(401));
        assert_eq!(read.challenge(), Some((&b"den"[..], &b"n0"[..])));
        assert_eq!(Message::binding(ID).error_code(), None);
    }

    /// The sample of RFC 5769, section 2.4: its key, and the code over its bytes.
    #[test]
    fn signature_of_the_standard_comes_out() {
        let credentials = Credentials {
            username: "マトリックス".to_owned(),
            password: "TheMatrIX".to_owned(),
            realm: b"example.org".to_vec(),
            nonce: b"f//499k954d6OL34oL9FSTvy64sA".to_vec(),
        };
        let id = [0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0, 0x29, 0xda, 0x41, 0x2e];
        // The sample has its nonce before the realm.
        let mut bytes = Message::binding(id)
            .with(USERNAME, credentials.username.as_bytes())
            .with(NONCE, &credentials.nonce)
            .with(REALM, &credentials.realm)
            .encode();
        set_length(&mut bytes, 4 + INTEGRITY);
        assert_eq!(bytes[..4], [0x00, 0x01, 0x00, 0x60]);
        let expected = [
            0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02, 0xb8, 0xe0, 0x71, 0x2e, 0x85,
            0xc9, 0xa2, 0x8c, 0xa8, 0x96, 0x66,
        ];
        assert_eq!(integrity(&bytes, &credentials.key()), expected);
    }

    #[test]
    fn signed_question_shows_who_knows_the_password() {
        let mut who = Credentials {
            username: "ann".to_owned(),
            password: "secret".to_owned(),
            realm: b"den".to_vec(),
            nonce: b"n0".to_vec(),
        };
        let bytes = Message::allocate(ID).encode_signed(&who);
        assert!(Message::decode(&bytes).is_some());
        assert!(Message::is_signed(&bytes, &who));
        who.password = "guess".to_owned();
        assert!(!Message::is_signed(&bytes, &who));
    }

    #[test]
    fn broken_messages_are_none() {
        let good = sample_answer();
        for length in 0..good.len() {
            assert_eq!(Message::decode(&good[..length]), None, "{length} bytes");
        }
        for (at, byte) in [(0, 0x41), (0, 0xC1), (3, 0x0b), (3, 0x08), (4, 0x22), (23, 9)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert_eq!(Message::decode(&bad), None, "byte {at} = {byte:#x}");
        }
        let mut indication = good.clone();
        indication[..2].copy_from_slice(&[0x00, 0x11]);
        assert_eq!(Message::decode(&indication), None);
        let mut other_family = good.clone();
        other_family[25] = 3;
        assert_eq!(Message::decode(&other_family).unwrap().mapped_address(), None);
        let many = (0..=MAX_ATTRIBUTES).fold(Message::binding(ID), |m, _| m.with(0x8022, &[]));
        assert_eq!(Message::decode(&many.encode()), None);
        let long = Message::binding(ID).with(0x8022, &[0; MAX_MESSAGE]);
        assert_eq!(Message::decode(&long.encode()), None);
    }

    #[test]
    fn any_bytes_are_read_without_harm() {
        let mut seed = 7u64;
        let good = Message::new(BINDING, Class::Error, ID)
            .sees("1.2.3.4:5".parse().unwrap())
            .refuses(401, "x", b"realm", b"nonce")
            .encode();
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut bytes = good.clone();
            let at = (seed >> 33) as usize % bytes.len();
            bytes[at] = (seed >> 24) as u8;
            bytes.truncate(bytes.len() - (seed >> 60) as usize / 4 * 4);
            if let Some(message) = Message::decode(&bytes) {
                let _ = (message.mapped_address(), message.relayed_address());
                let _ = (message.error_code(), message.challenge());
            }
        }
    }
}
