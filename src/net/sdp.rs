//! Session descriptions, the greetings of WebRTC, as they come from strangers.
//!
//! matchbox panics on one that WebRTC cannot use, which would take the links to all peers down
//! because of one message. So none is passed on: the few values that matter are taken out of it,
//! checked, and put into a description of our own. Pure.

/// The longest ICE user name or password, in characters (RFC 8839).
const MAX_SECRET: usize = 256;
/// A SHA-256 fingerprint has this many bytes.
const FINGERPRINT_BYTES: usize = 32;

/// Which end of the link the description comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Offer,
    Answer,
}

/// The same description in our own words, or `None` when it is none of a data channel.
pub(super) fn rewrite(sdp: &str, kind: Kind) -> Option<String> {
    let media = only(sdp, "m=")?;
    if !media.starts_with("application ") || !media.ends_with(" webrtc-datachannel") {
        return None;
    }
    let name = only(sdp, "a=ice-ufrag:").filter(|name| is_secret(name, 4))?;
    let password = only(sdp, "a=ice-pwd:").filter(|password| is_secret(password, 22))?;
    let fingerprint = only(sdp, "a=fingerprint:sha-256 ").filter(|hex| is_fingerprint(hex))?;
    let setup = only(sdp, "a=setup:").filter(|setup| match kind {
        Kind::Offer => *setup == "actpass",
        Kind::Answer => matches!(*setup, "active" | "passive"),
    })?;
    let mid = only(sdp, "a=mid:").filter(|mid| is_mid(mid))?;
    let port: u16 = only(sdp, "a=sctp-port:")?.parse().ok().filter(|port| *port > 0)?;
    let size: u32 = only(sdp, "a=max-message-size:").unwrap_or("65536").parse().ok()?;
    Some(format!(
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
         a=fingerprint:sha-256 {fingerprint}\r\na=group:BUNDLE {mid}\r\n\
         m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
         a=setup:{setup}\r\na=mid:{mid}\r\na=sendrecv\r\na=sctp-port:{port}\r\n\
         a=max-message-size:{size}\r\na=ice-ufrag:{name}\r\na=ice-pwd:{password}\r\n"
    ))
}

/// Whether this is the JSON of an ICE candidate whose text WebRTC can read, or the end of them.
pub(super) fn is_candidate(json: &str) -> bool {
    const FIELDS: usize = 8;
    if json.len() > 2048 {
        return false;
    }
    let Ok(value) = serde_json::from_str::<serde_json::Value>(json) else { return false };
    if value.is_null() {
        return true;
    }
    let Some(text) = value.get("candidate").and_then(serde_json::Value::as_str) else {
        return false;
    };
    text.is_empty() || (text.is_ascii() && text.split_ascii_whitespace().count() >= FIELDS)
}

/// The rest of the only line that starts so. A line twice may only be the same again, as in a
/// description that repeats the keys of the session for its medium.
fn only<'a>(sdp: &'a str, start: &str) -> Option<&'a str> {
    let mut found = sdp.lines().filter_map(|line| line.strip_prefix(start));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn is_secret(text: &str, min: usize) -> bool {
    (min..=MAX_SECRET).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

fn is_fingerprint(text: &str) -> bool {
    let is_byte = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').count() == FINGERPRINT_BYTES && text.split(':').all(is_byte)
}

fn is_mid(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> String {
        let hex = ["aB"; FINGERPRINT_BYTES].join(":");
        format!(
            "v=0\r\no=- 3483206256089759396 185700943 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
             a=fingerprint:sha-256 {hex}\r\na=extmap-allow-mixed\r\na=group:BUNDLE 0\r\n\
             m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
             a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=sctp-port:5000\r\n\
             a=max-message-size:65536\r\na=ice-ufrag:BsSASwCZpyBBXMZw\r\n\
             a=ice-pwd:yHZXduFSjmeGbwNlcNZvIzdLNkzEjUVo\r\n"
        )
    }

    #[test]
    fn good_description_keeps_what_matters() {
        let ours = rewrite(&full(), Kind::Offer).unwrap();
        for line in
            full().lines().filter(|line| !line.contains("extmap") && !line.starts_with("o="))
        {
            assert!(ours.lines().any(|other| other == line), "{line}");
        }
        assert_eq!(rewrite(&ours, Kind::Offer), Some(ours));
    }

    #[test]
    fn answer_has_to_take_a_side() {
        assert_eq!(rewrite(&full(), Kind::Answer), None);
        assert!(rewrite(&full().replace("actpass", "active"), Kind::Answer).is_some());
    }

    #[test]
    fn wrong_or_missing_values_are_refused() {
        for (from, to) in [
            ("a=ice-ufrag:BsSASwCZpyBBXMZw", "a=x"),
            ("BsSASwCZpyBBXMZw", "Bs"),
            ("BsSASwCZpyBBXMZw", "Bs SAS"),
            ("yHZXduFSjmeGbwNlcNZvIzdLNkzEjUVo", "short"),
            ("sha-256", "sha-1"),
            ("sha-256 aB:", "sha-256 "),
            ("sha-256 aB:", "sha-256 xx:"),
            ("actpass", "holdconn"),
            ("a=mid:0", "a=mid:"),
            ("a=mid:0", "a=mid:0\r\na=mid:1"),
            ("sctp-port:5000", "sctp-port:0"),
            ("sctp-port:5000", "sctp-port:70000"),
            ("65536", "-1"),
            ("m=application", "m=audio"),
            ("m=application", "m=audio 9 X\r\nm=application"),
        ] {
            assert!(full().contains(from), "{from}");
            assert_eq!(rewrite(&full().replace(from, to), Kind::Offer), None, "{to}");
        }
        assert_eq!(rewrite("", Kind::Offer), None);
    }

    #[test]
    fn candidates_have_all_their_fields() {
        let good = r#"{"candidate":"candidate:1 1 udp 2130706431 10.0.0.1 4000 typ host"}"#;
        assert!(is_candidate(good) && is_candidate("null") && is_candidate(r#"{"candidate":""}"#));
        for bad in ["", "{}", r#"{"candidate":"candidate:1 1 udp"}"#, &" ".repeat(5000)] {
            assert!(!is_candidate(bad), "{bad}");
        }
    }
}
