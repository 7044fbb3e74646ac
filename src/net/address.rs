//! Room codes, and what a player types to name a room. Pure: it never asks the network whether an
//! address exists.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::NetError;

/// The port of a relay when none is given.
pub const DEFAULT_PORT: u16 = 3536;
/// The longest room name, in characters.
pub const MAX_ROOM: usize = 64;
/// The length of a room code, in characters.
pub const CODE_LEN: usize = 6;

/// What a relay answers in place of a room, ours as well as matchbox's own.
const RELAY_PAGES: [&str; 2] = ["health", "metrics"];
/// Letters and digits that nobody mistakes for one another, read aloud or from a screen.
const CODE_ALPHABET: &[u8; 26] = b"ABCDEFGHJKMNPQRSTVWXYZ3479";
/// The longest host name DNS allows.
const MAX_HOST: usize = 253;

/// A room at a relay, as a websocket URL: `ws[s]://HOST[:PORT][/PREFIX]/ROOM`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomUrl {
    relay: String,
    room: String,
}

impl RoomUrl {
    /// The relay's URL, without the room and without a slash at its end.
    pub fn relay(&self) -> &str {
        &self.relay
    }

    /// The room's name at the relay.
    pub fn room(&self) -> &str {
        &self.room
    }
}

impl fmt::Display for RoomUrl {
    /// The whole URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.relay, self.room)
    }
}

/// A room code from six random bytes.
pub fn room_code(entropy: [u8; CODE_LEN]) -> String {
    let mut number = entropy.iter().fold(0u64, |n, &byte| (n << 8) | u64::from(byte));
    let base = CODE_ALPHABET.len() as u64;
    (0..CODE_LEN)
        .filter_map(|_| {
            let digit = usize::try_from(number % base).ok()?;
            number /= base;
            CODE_ALPHABET.get(digit).map(|&letter| char::from(letter))
        })
        .collect()
}

/// What a player typed to join: a room code (with `relay` given), `HOST[:PORT]/ROOM`, or a ws or
/// wss URL that ends in the room. An address in the target wins over `relay`.
///
/// # Errors
/// [`NetError::BadAddress`] with a sentence that says what is expected.
pub fn parse_target(target: &str, relay: Option<&str>) -> Result<RoomUrl, NetError> {
    let target = target.trim();
    // What a host shows is a whole command line, and may be pasted as it is.
    let target = target.strip_prefix("tankwarz ").map_or(target, str::trim_start);
    let target = target.strip_prefix("join ").map_or(target, str::trim_start);
    match (target.rsplit_once('/'), relay) {
        (Some((place, room)), _) if !place.ends_with('/') => room_at(place, room),
        (Some(_), _) => {
            Err(bad(format!("`{target}` names no room; write wss://HOST/ROOM or HOST[:PORT]/ROOM")))
        }
        (None, Some(relay)) => room_at(relay, target),
        (None, None) => Err(bad(format!(
            "`{target}` names no relay; write HOST[:PORT]/ROOM as the host shows it, or add --relay URL to a room code"
        ))),
    }
}

/// The room of this name at a relay given as `HOST[:PORT]` or as a ws or wss URL.
///
/// # Errors
/// [`NetError::BadAddress`] with a sentence that says what is expected.
pub fn room_at(relay: &str, room: &str) -> Result<RoomUrl, NetError> {
    let relay = parse_relay(relay.trim())?;
    let room = room.trim();
    if !is_room_name(room) {
        return Err(bad(format!(
            "`{room}` cannot be a room; use 1 to {MAX_ROOM} letters, digits, `-` and `_`"
        )));
    }
    if RELAY_PAGES.contains(&room) {
        return Err(bad(format!("`{room}` is a page of the relay; choose another room")));
    }
    Ok(RoomUrl { relay, room: canonical_room(room) })
}

/// An address as a friend types it: the usual port goes without saying.
pub fn place(address: SocketAddr) -> String {
    match address {
        address if address.port() != DEFAULT_PORT => address.to_string(),
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

/// Whether this can be the name of a room.
pub fn is_room_name(name: &str) -> bool {
    (1..=MAX_ROOM).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Checks an ICE server's URL: `stun:HOST[:PORT]`, `turn:HOST[:PORT][?transport=udp|tcp]`, or
/// the same with `stuns:` and `turns:`. True when the server needs a user name and a credential.
///
/// # Errors
/// [`NetError::BadAddress`] with a sentence that says what is expected.
pub fn check_ice_url(url: &str) -> Result<bool, NetError> {
    let wrong = || {
        bad(format!(
            "`{url}` is no ICE server; write stun:HOST[:PORT] or turn:HOST[:PORT][?transport=udp]"
        ))
    };
    let (scheme, rest) = url.split_once(':').ok_or_else(wrong)?;
    let is_turn = match scheme {
        "stun" | "stuns" => false,
        "turn" | "turns" => true,
        _ => return Err(wrong()),
    };
    let place = match rest.split_once('?') {
        None => rest,
        Some((place, "transport=udp" | "transport=tcp")) if is_turn => place,
        Some(_) => return Err(wrong()),
    };
    check_authority(place).map_err(|_| wrong())?;
    Ok(is_turn)
}

/// Host and port of an ICE server, once [`check_ice_url`] is content with it.
pub fn ice_place(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once(':')?;
    let usual = if scheme.ends_with('s') { 5349 } else { 3478 };
    let place = rest.split('?').next()?;
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port = port.strip_prefix(':').map_or(Ok(usual), str::parse).ok()?;
    Some((host.to_owned(), port))
}

/// A room code may be typed in small letters; any other name is taken as it is.
fn canonical_room(room: &str) -> String {
    let upper = room.to_ascii_uppercase();
    let is_code = upper.len() == CODE_LEN && upper.bytes().all(|b| CODE_ALPHABET.contains(&b));
    if is_code { upper } else { room.to_owned() }
}

/// The relay as a URL without a slash at its end. A bare `HOST` is ws on the default port.
fn parse_relay(relay: &str) -> Result<String, NetError> {
    let (scheme, rest) = match relay.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), relay),
    };
    let rest = rest.trim_end_matches('/');
    let (authority, prefix) = match rest.split_once('/') {
        Some((authority, prefix)) => (authority, Some(prefix)),
        None => (rest, None),
    };
    if !prefix.is_none_or(|p| p.split('/').all(is_room_name)) {
        return Err(bad(format!(
            "`{relay}` has a path that cannot be used; write wss://HOST[:PORT] or wss://HOST/PATH"
        )));
    }
    let has_port = check_authority(authority)?;
    match (scheme.as_str(), prefix) {
        ("ws" | "wss", Some(prefix)) => Ok(format!("{scheme}://{authority}/{prefix}")),
        ("ws" | "wss", None) => Ok(format!("{scheme}://{authority}")),
        ("", None) if has_port => Ok(format!("ws://{authority}")),
        ("", None) => Ok(format!("ws://{authority}:{DEFAULT_PORT}")),
        ("", Some(_)) => {
            Err(bad(format!("`{relay}` has more than one `/`; write HOST[:PORT]/ROOM")))
        }
        _ => Err(bad(format!(
            "`{relay}` is no websocket address; it has to start with ws:// or wss://"
        ))),
    }
}

/// Checks `HOST[:PORT]`; true when there is a port.
fn check_authority(authority: &str) -> Result<bool, NetError> {
    let (host_ok, port) = if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else {
            return Err(bad(format!("`{authority}` lacks the `]` after its IPv6 address")));
        };
        let port = match after {
            "" => None,
            _ => Some(after.strip_prefix(':').unwrap_or("")),
        };
        (host.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        if authority.parse::<Ipv6Addr>().is_ok() || authority.matches(':').count() > 1 {
            return Err(bad(format!("put an IPv6 address in brackets, as in [{authority}]/ROOM")));
        }
        match authority.split_once(':') {
            Some((host, port)) => (is_host(host), Some(port)),
            None => (is_host(authority), None),
        }
    };
    if !host_ok {
        return Err(bad(format!(
            "`{authority}` is no address of a machine; write a name like example.org or a number like 192.168.1.20"
        )));
    }
    match port {
        Some(port) if !is_port(port) => {
            Err(bad(format!("`{authority}` has a wrong port; it is a number from 1 to 65535")))
        }
        _ => Ok(port.is_some()),
    }
}

fn is_host(host: &str) -> bool {
    let looks_numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if looks_numeric {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= MAX_HOST
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|p| p > 0)
}

fn bad(sentence: String) -> NetError {
    NetError::BadAddress(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(target: &str, relay: Option<&str>) -> String {
        parse_target(target, relay).expect(target).to_string()
    }

    #[test]
    fn host_and_room_use_the_default_port() {
        assert_eq!(url("192.168.1.20/ABC347", None), "ws://192.168.1.20:3536/ABC347");
        assert_eq!(url(" example.org/den ", None), "ws://example.org:3536/den");
        assert_eq!(url("[::1]/den", None), "ws://[::1]:3536/den");
    }

    #[test]
    fn a_given_port_is_kept() {
        assert_eq!(url("box:4000/den", None), "ws://box:4000/den");
        assert_eq!(url("[fd00::7]:4000/den", None), "ws://[fd00::7]:4000/den");
    }

    #[test]
    fn websocket_urls_keep_their_scheme_and_path() {
        assert_eq!(url("wss://example.org/den", None), "wss://example.org/den");
        assert_eq!(url("WS://box:81/match/den", None), "ws://box:81/match/den");
    }

    #[test]
    fn room_code_goes_with_a_relay() {
        assert_eq!(url("abc347", Some("wss://example.org/")), "wss://example.org/ABC347");
        assert_eq!(url("ABC347", Some("10.0.0.2")), "ws://10.0.0.2:3536/ABC347");
        assert_eq!(url("box/den", Some("wss://example.org")), "ws://box:3536/den");
    }

    #[test]
    fn ice_server_has_the_port_that_is_usual_for_it() {
        for (url, host, port) in [
            ("stun:a.example", "a.example", 3478),
            ("stun:a.example:19302", "a.example", 19302),
            ("turns:a.example", "a.example", 5349),
            ("turn:1.2.3.4:9?transport=udp", "1.2.3.4", 9),
            ("stun:[fd00::7]", "fd00::7", 3478),
            ("stun:[fd00::7]:5", "fd00::7", 5),
        ] {
            assert_eq!(ice_place(url), Some((host.to_owned(), port)), "{url}");
        }
    }

    #[test]
    fn only_a_room_code_ignores_case() {
        assert_eq!(parse_target("box/abc347", None).unwrap().room(), "ABC347");
        assert_eq!(parse_target("box/Friday", None).unwrap().room(), "Friday");
        assert_eq!(parse_target("box/abc3479", None).unwrap().room(), "abc3479");
    }

    #[test]
    fn relay_is_the_url_without_the_room() {
        let target = parse_target("wss://example.org/match/den", None).unwrap();
        assert_eq!((target.relay(), target.room()), ("wss://example.org/match", "den"));
    }

    #[test]
    fn line_that_the_host_shows_can_be_pasted_whole() {
        let room = parse_target(" tankwarz  join 192.168.1.20/ABC347\n", None).unwrap();
        assert_eq!(room, parse_target("192.168.1.20/ABC347", None).unwrap());
        assert_eq!(room, parse_target("join 192.168.1.20/ABC347", None).unwrap());
    }

    #[test]
    fn bad_targets_are_one_clear_sentence() {
        let long = format!("box/{}", "a".repeat(MAX_ROOM + 1));
        for (target, relay, says) in [
            ("", None, "relay"),
            ("ABC347", None, "--relay"),
            ("/den", None, "address"),
            ("box/", None, "room"),
            ("box/den?next=2", None, "room"),
            ("box/de n", None, "room"),
            ("box/health", None, "another room"),
            ("wss://box/metrics", None, "another room"),
            ("box/a/b", None, "more than one"),
            (long.as_str(), None, "room"),
            ("box:0/den", None, "port"),
            ("box:99999/den", None, "port"),
            ("box:/den", None, "port"),
            ("box:+80/den", None, "port"),
            ("::1/den", None, "brackets"),
            ("[::1/den", None, "]"),
            ("[::1]4000/den", None, "port"),
            ("[fe80::1%eth0]/den", None, "address"),
            ("1.2.3/den", None, "address"),
            ("me@box/den", None, "address"),
            ("bücher/den", None, "address"),
            ("http://box/den", None, "ws://"),
            ("ws://box", None, "room"),
            ("wss://", None, "room"),
            ("ws://box//den", None, "room"),
            ("ABC347", Some("ftp://box"), "ws://"),
            ("ABC347", Some("box/more"), "more than one"),
            ("ABC347", Some(""), "address"),
        ] {
            let error = parse_target(target, relay).expect_err(target);
            let sentence = error.to_string();
            assert!(matches!(error, NetError::BadAddress(_)), "{target}: {error:?}");
            assert!(sentence.contains(says), "{target}: {sentence}");
            assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn room_codes_have_six_clear_letters() {
        for entropy in [[0; 6], [255; 6], [1, 2, 3, 4, 5, 6]] {
            let code = room_code(entropy);
            assert_eq!(code.len(), CODE_LEN);
            assert!(is_room_name(&code));
            assert!(!code.contains(['0', 'O', '1', 'I', 'L', 'U', '2', '5', '6', '8']), "{code}");
            assert_eq!(canonical_room(&code.to_ascii_lowercase()), code);
        }
    }

    #[test]
    fn every_random_byte_changes_the_room_code() {
        let zero = room_code([0; 6]);
        for i in 0..CODE_LEN {
            let mut entropy = [0; 6];
            entropy[i] = 1;
            assert_ne!(room_code(entropy), zero, "byte {i}");
        }
    }

    #[test]
    fn ice_urls_are_checked_before_they_are_used() {
        assert!(!check_ice_url("stun:stun.example.org:3478").unwrap());
        assert!(!check_ice_url("stun:10.0.0.1").unwrap());
        assert!(check_ice_url("turn:[fd00::1]:3478?transport=udp").unwrap());
        for wrong in [
            "",
            "stun",
            "stun:",
            "http://box",
            "stun:box:x",
            "turn:box?transport=x",
            "stun:box?transport=udp",
        ] {
            assert!(check_ice_url(wrong).is_err(), "{wrong}");
        }
    }
}
