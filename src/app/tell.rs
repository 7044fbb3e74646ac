//! What went wrong, told twice: in English for terminal, log and report, and in the spoken
//! language for the window. Never decides what happens next.

use super::Failure;
use crate::net::NetError;
use crate::session::{EndReason, NameError, Refusal};
use crate::words::{say, say_with};

/// Something that was tried and did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    failure: Failure,
    shown: String,
}

impl Setback {
    /// One that the window tells with the text of this key.
    pub fn new(plain: &str, key: &str) -> Self {
        Self { failure: Failure::Failed(plain.to_owned()), shown: say(key) }
    }

    /// What somebody typed to join leads nowhere.
    pub fn of_target(target: &str, error: &NetError) -> Self {
        Self {
            failure: Failure::Usage(error.to_string()),
            shown: say_with("trouble-target", &[("target", target.trim().into())]),
        }
    }

    /// One English sentence for a terminal, a log or a report.
    pub fn plain(&self) -> &str {
        match &self.failure {
            Failure::Usage(sentence) | Failure::Failed(sentence) => sentence,
        }
    }

    /// One sentence for the window.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl From<Failure> for Setback {
    fn from(failure: Failure) -> Self {
        let (Failure::Usage(shown) | Failure::Failed(shown)) = &failure;
        Self { shown: shown.clone(), failure }
    }
}

impl From<Setback> for Failure {
    fn from(setback: Setback) -> Self {
        setback.failure
    }
}

impl From<&NetError> for Setback {
    fn from(error: &NetError) -> Self {
        let shown = match error {
            NetError::BadAddress(sentence) => sentence.clone(),
            NetError::RelayUnreachable { relay, cause } => say_with(
                "trouble-relay-unreachable",
                &[("relay", relay.as_str().into()), ("cause", in_words(cause).into())],
            ),
            NetError::RelayRefused { relay, cause } => say_with(
                "trouble-relay-refused",
                &[("relay", relay.as_str().into()), ("cause", in_words(cause).into())],
            ),
            NetError::RelayLost { relay } => {
                say_with("trouble-relay-lost", &[("relay", relay.as_str().into())])
            }
            NetError::NoNetwork(cause) => {
                say_with("trouble-no-network", &[("cause", in_words(cause).into())])
            }
            NetError::Bind { addr, cause } => say_with(
                "trouble-bind",
                &[("address", addr.as_str().into()), ("cause", in_words(cause).into())],
            ),
            NetError::PortMap { port, cause } => say_with(
                "trouble-port",
                &[("port", port.to_string().into()), ("cause", in_words(cause).into())],
            ),
            NetError::Broken(cause) => {
                say_with("trouble-broken", &[("cause", in_words(cause).into())])
            }
        };
        Self { failure: Failure::Failed(error.to_string()), shown }
    }
}

impl From<&NameError> for Setback {
    fn from(error: &NameError) -> Self {
        let shown = match error {
            NameError::Empty => say("trouble-name-empty"),
            NameError::TooLong => {
                let most = crate::session::Name::MAX_CHARS as u32;
                say_with("trouble-name-long", &[("most", most.into())])
            }
            NameError::Hidden(_) => say("trouble-name-hidden"),
            NameError::Untidy => say("trouble-name-untidy"),
        };
        Self { failure: Failure::Usage(error.to_string()), shown }
    }
}

impl From<&EndReason> for Setback {
    fn from(reason: &EndReason) -> Self {
        let shown = match reason {
            EndReason::Left => say("end-left"),
            EndReason::Refused(why) => refusal(why),
            EndReason::RoomNotFound => say("end-room-not-found"),
            EndReason::HostUnreachable => say("end-host-unreachable"),
            EndReason::HostGone => say("end-host-gone"),
            EndReason::HostLeft => say("end-host-left"),
            EndReason::Removed => say("end-removed"),
            EndReason::BadEpoch => say("end-bad-epoch"),
            EndReason::RoomTaken => say("end-room-taken"),
            EndReason::CannotStart => say("end-cannot-start"),
        };
        Self { failure: Failure::Failed(reason.to_string()), shown }
    }
}

/// What a player who is refused or sent away reads.
fn refusal(why: &Refusal) -> String {
    match why {
        Refusal::Version { host, guest } => {
            let key = if host > guest { "refused-version-yours" } else { "refused-version-theirs" };
            say_with(key, &[("host", (*host).into()), ("guest", (*guest).into())])
        }
        Refusal::Build { host, guest } => say_with(
            "refused-build",
            &[("host", host.to_string().into()), ("guest", guest.to_string().into())],
        ),
        Refusal::RoomFull => say("refused-room-full"),
        Refusal::MatchClosed => say("refused-match-closed"),
        Refusal::NotHost(_) => say("refused-not-host"),
        Refusal::Barred => say("refused-barred"),
        Refusal::NotReady => say("refused-not-ready"),
        Refusal::NoLink(name) => say_with("refused-no-link", &[("name", name.as_str().into())]),
        Refusal::Silent => say("refused-silent"),
        Refusal::Desync => say("refused-desync"),
        Refusal::PasswordNeeded => say("refused-password-needed"),
        Refusal::WrongPassword => say("refused-wrong-password"),
        Refusal::DoorShut => say("refused-door-shut"),
        Refusal::Flood => say("refused-flood"),
        Refusal::HoldsUp => say("refused-holds-up"),
    }
}

/// Causes that the network tells, and the keys of their texts for the window. What the
/// operating system or a strange relay says stays as it is.
const CAUSES: &[(&str, &str)] = &[
    ("nothing listens there", "cause-nobody"),
    ("no answer", "cause-no-answer"),
    ("there is no way to this machine", "cause-no-way"),
    ("no machine of this name can be found", "cause-no-name"),
    ("what answers there is no relay", "cause-no-relay"),
    ("another program uses this port", "cause-port-taken"),
    ("the system does not allow this port", "cause-port-forbidden"),
    ("this machine does not have this address", "cause-address"),
    ("this room is full", "cause-room-full"),
    ("this relay has no room left", "cause-no-room"),
    ("this relay is full", "cause-relay-full"),
    ("there are too many connections from your network", "cause-many"),
    ("this relay is closing", "cause-closing"),
    ("the router takes too long to answer", "cause-router-slow"),
    ("no router answers, or UPnP is switched off in it", "cause-no-router"),
    ("there is no way to the router", "cause-no-way-to-router"),
    ("the router refuses", "cause-router-refuses"),
];

/// A cause in the spoken language, if it is one of ours; what to do about it on a command
/// line is left out.
fn in_words(cause: &str) -> String {
    let known = CAUSES.iter().find(|(english, _)| cause.starts_with(english));
    known.map_or_else(|| cause.to_owned(), |(_, key)| say(key))
}

/// Why somebody else was refused or sent away, in a few words.
pub fn reason(why: &Refusal) -> String {
    say(match why {
        Refusal::Version { .. } => "reason-version",
        Refusal::Build { .. } => "reason-build",
        Refusal::RoomFull => "reason-room-full",
        Refusal::MatchClosed => "reason-match-closed",
        Refusal::NotHost(_) => "reason-not-host",
        Refusal::Barred => "reason-barred",
        Refusal::NotReady => "reason-not-ready",
        Refusal::NoLink(_) => "reason-no-link",
        Refusal::Silent => "reason-silent",
        Refusal::Desync => "reason-desync",
        Refusal::PasswordNeeded => "reason-password-needed",
        Refusal::WrongPassword => "reason-wrong-password",
        Refusal::DoorShut => "reason-door-shut",
        Refusal::Flood => "reason-flood",
        Refusal::HoldsUp => "reason-holds-up",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Name;
    use crate::words::{Language, speak};

    #[test]
    fn window_and_terminal_are_told_the_same_in_their_languages() {
        let refused = EndReason::Refused(Refusal::RoomFull);
        let english = Setback::from(&refused);
        speak(Language::German);
        let german = Setback::from(&refused);
        assert_eq!(english.plain(), german.plain());
        assert_ne!(english.shown(), german.shown());
        assert_eq!(german.plain(), refused.to_string());
        let Failure::Failed(sentence) = german.into() else { panic!("it is no usage") };
        assert_eq!(sentence, refused.to_string());
    }

    #[test]
    fn what_is_put_into_a_sentence_can_be_read_in_it() {
        let name = Name::new("Ann").unwrap();
        let cause = || "no route".to_owned();
        for language in Language::ALL {
            speak(language);
            let shown = |setback: Setback| setback.shown().to_owned();
            let relay = || "ws://a".to_owned();
            let net = |error: NetError| shown(Setback::from(&error));
            let unreachable = net(NetError::RelayUnreachable { relay: relay(), cause: cause() });
            assert!(unreachable.contains("ws://a") && unreachable.contains("no route"));
            let port = net(NetError::PortMap { port: 3536, cause: cause() });
            assert!(port.contains("3536"), "a port is no quantity: {port}");
            let link = shown(Setback::from(&EndReason::Refused(Refusal::NoLink(name.clone()))));
            assert!(link.contains("Ann"), "{link}");
            let long = shown(Setback::from(&NameError::TooLong));
            assert!(long.contains(&Name::MAX_CHARS.to_string()), "{long}");
        }
    }

    #[test]
    fn causes_of_the_network_are_told_in_the_players_language() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/net");
        let files = ["signal.rs", "webrtc.rs", "relay.rs", "relay/limits.rs", "portmap.rs"];
        let net = files.map(|file| std::fs::read_to_string(format!("{folder}/{file}")).unwrap());
        for (english, key) in CAUSES {
            let told = |text: &String| text.contains(&format!("\"{english}"));
            assert!(net.iter().any(told), "nobody tells `{english}` any more");
            speak(Language::English);
            let ours = in_words(&format!("{english} (os error 3)"));
            speak(Language::German);
            assert_ne!(in_words(english), ours, "{key}");
        }
        assert_eq!(in_words("strange"), "strange");
    }
}
