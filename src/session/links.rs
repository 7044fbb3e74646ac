//! What a machine knows of each peer it has a line to: when it was heard, how far
//! away it is, and how much it may still say. Decides nothing by itself.

use std::collections::BTreeMap;

use super::allowance::{Allowance, Spent};
use super::message::{DecodeError, Echo, Hello, Hosting, Message};
use super::{Heartbeat, Millis, Name, PeerId, Roster};

/// Silent for so long: gone, whatever the signalling server says.
pub const SILENT_GONE: Millis = 5000;
/// Silent for so long and gone from the signalling server: gone. Also the time
/// after which the others are told who is being waited for.
pub const SILENT_WAITING: Millis = 1000;
/// Between two heartbeats.
pub const HEARTBEAT_EVERY: Millis = 250;

/// Silent for so long and gone from the signalling server: the line will not come
/// back. Until then it may, as WebRTC's own verdict takes about as long.
const LINE_GONE: Millis = 30_000;

/// Most lines kept; a room has eight seats, the rest are newcomers at the door.
const MAX_LINKS: usize = 64;
/// What one peer may say.
const MESSAGES: Allowance = Allowance { per_second: 60, at_once: 120 };
const BYTES: Allowance = Allowance { per_second: 32 << 10, at_once: 64 << 10 };
/// Asking for a seat: three times, then once in 20 s. In twentieths of a request.
const HELLOS: Allowance = Allowance { per_second: 1, at_once: 60 };
const HELLO_COST: u32 = 20;
/// A round trip longer than this is a lie.
const LONGEST_TRIP: Millis = 60_000;

/// Every line of one machine.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: BTreeMap<PeerId, Link>,
    next_beat: Millis,
    ignored: Ignored,
}

/// Messages that were thrown away, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// The peer had said too much already.
    pub over_budget: u64,
    /// The bytes are no message.
    pub malformed: u64,
    /// The message is not for that sender to send, or comes too late.
    pub out_of_place: u64,
}

/// A line to one peer.
#[derive(Debug)]
pub(super) struct Link {
    heard: Millis,
    left_signalling: bool,
    said_bye: bool,
    /// The newest heartbeat, and when it came.
    pub(super) beat: Option<(Heartbeat, Millis)>,
    round_trip: Option<u32>,
    messages: Spent,
    bytes: Spent,
    hellos: Spent,
    /// About colour and name.
    pub(super) wishes: Spent,
    /// The epoch in which our session shook hands with the peer last.
    pub(super) shaken: u32,
    /// What we told the peer of our right to the room, and when.
    pub(super) claimed: Option<(Hosting, Millis)>,
    /// It hosts this room too, by this right.
    pub(super) rival: Option<Hosting>,
    /// When this peer was last told that it speaks another version.
    pub(super) version_told: Option<Millis>,
    /// What it asked for and has yet to prove that it may: its Hello, and our challenge.
    pub(super) asked: Option<(Hello, [u8; 16])>,
    /// Wrong answers since the last right one.
    pub(super) wrong: u8,
    /// Until then no answer of this peer is heard.
    pub(super) shut_until: Millis,
}

impl Links {
    /// A line is open. Returns whether it is kept.
    pub(super) fn connect(&mut self, now: Millis, peer: PeerId) -> bool {
        if self.links.len() >= MAX_LINKS && !self.links.contains_key(&peer) {
            return false;
        }
        self.links.insert(peer, Link::new(now));
        true
    }

    /// The line is given up: nothing of the peer is taken any more.
    pub(super) fn cut(&mut self, peer: PeerId) {
        self.links.remove(&peer);
    }

    /// Something arrived.
    pub(super) fn heard(&mut self, now: Millis, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.heard = now;
        }
    }

    /// The signalling server says the peer left.
    pub(super) fn left_signalling(&mut self, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.left_signalling = true;
        }
    }

    /// The peer said goodbye.
    pub(super) fn said_bye(&mut self, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.said_bye = true;
        }
    }

    /// Whether the peer said goodbye, and nothing since.
    pub(super) fn has_said_bye(&self, peer: PeerId) -> bool {
        self.links.get(&peer).is_some_and(|link| link.said_bye)
    }

    /// Takes a control message, unless the peer is unknown or has said too much. Only a
    /// message that can be read is a sign of life.
    /// The error is `None` for what is merely thrown away.
    pub(super) fn receive(
        &mut self,
        now: Millis,
        from: PeerId,
        bytes: &[u8],
    ) -> Result<Message, Option<u8>> {
        let Some(link) = self.links.get_mut(&from) else {
            self.ignored.out_of_place += 1;
            return Err(None);
        };
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if !link.messages.take(now, 1, MESSAGES) || !link.bytes.take(now, length, BYTES) {
            self.ignored.over_budget += 1;
            return Err(None);
        }
        match Message::decode(bytes) {
            Ok(message) => {
                link.heard = now;
                link.note(now, &message);
                Ok(message)
            }
            Err(error) => {
                self.ignored.malformed += 1;
                match error {
                    DecodeError::Version(version) => Err(Some(version)),
                    _ => Err(None),
                }
            }
        }
    }

    /// Counts a message that its sender had no business to send.
    pub(super) fn out_of_place(&mut self) {
        self.ignored.out_of_place += 1;
    }

    /// Whether a peer may ask for a seat once more.
    pub(super) fn may_ask(&mut self, now: Millis, peer: PeerId) -> bool {
        self.links.get_mut(&peer).is_some_and(|l| l.hellos.take(now, HELLO_COST, HELLOS))
    }

    /// The line to a peer.
    pub(super) fn get(&self, peer: PeerId) -> Option<&Link> {
        self.links.get(&peer)
    }

    /// The line to a peer, to be changed.
    pub(super) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Link> {
        self.links.get_mut(&peer)
    }

    /// Everyone there is a line to.
    pub(super) fn peers(&self) -> Vec<PeerId> {
        self.links.keys().copied().collect()
    }

    /// Everyone else who hosts this room, and by what right.
    pub(super) fn rivals(&self) -> Vec<(PeerId, Hosting)> {
        self.links.iter().filter_map(|(peer, link)| Some((*peer, link.rival?))).collect()
    }

    /// What was thrown away so far.
    pub(super) fn ignored(&self) -> Ignored {
        self.ignored
    }

    /// Milliseconds since a peer was heard; for ever if there is no line.
    pub(super) fn silence(&self, now: Millis, peer: PeerId) -> Millis {
        self.links.get(&peer).map_or(Millis::MAX, |link| now.saturating_sub(link.heard))
    }

    /// Whether a peer was heard a moment ago and did not say goodbye.
    pub(super) fn hears(&self, now: Millis, peer: PeerId) -> bool {
        self.links.get(&peer).is_some_and(|link| !link.said_bye)
            && self.silence(now, peer) < SILENT_WAITING
    }

    /// Whether a peer has to be counted out.
    pub(super) fn is_gone(&self, now: Millis, peer: PeerId) -> bool {
        let left = self.links.get(&peer).is_none_or(|link| link.left_signalling);
        self.silence(now, peer) >= if left { SILENT_WAITING } else { SILENT_GONE }
    }

    /// Round trip to a peer in milliseconds, as its heartbeats tell.
    pub(super) fn round_trip(&self, peer: PeerId) -> Option<u32> {
        self.links.get(&peer)?.round_trip
    }

    /// The player everyone is waiting for: of those silent for more than a second
    /// but not gone, the one silent longest.
    pub(super) fn waiting_for<'a>(
        &self,
        now: Millis,
        roster: &'a Roster,
        me: PeerId,
    ) -> Option<&'a Name> {
        let silent =
            |peer: &PeerId| (SILENT_WAITING + 1..SILENT_GONE).contains(&self.silence(now, *peer));
        let peers = roster.peers().into_iter().filter(|&peer| peer != me);
        let longest = peers.filter(silent).max_by_key(|&peer| self.silence(now, peer))?;
        roster.name_of(longest)
    }

    /// One bit for each active seat whose peer's session shook hands with ours (or is ours).
    pub(super) fn shaken_mask(&self, epoch: u32, roster: &Roster, me: PeerId) -> u8 {
        let shaken = |peer| self.links.get(&peer).is_some_and(|link| link.shaken == epoch);
        roster
            .active()
            .filter(|(_, p)| p.peer == me || shaken(p.peer))
            .fold(0, |mask, (seat, _)| mask | 1 << seat)
    }

    /// Our session of an epoch shook hands with a peer.
    pub(super) fn shake(&mut self, epoch: u32, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.shaken = epoch;
        }
    }

    /// One bit for each active seat whose peer is heard (or is this machine).
    pub(super) fn hears_mask(&self, now: Millis, roster: &Roster, me: PeerId) -> u8 {
        roster
            .active()
            .filter(|(_, p)| p.peer == me || self.hears(now, p.peer))
            .fold(0, |mask, (seat, _)| mask | 1 << seat)
    }

    /// Has the next heartbeats go out at once.
    pub(super) fn beat_soon(&mut self) {
        self.next_beat = 0;
    }

    /// The heartbeats that are due, one for every line.
    pub(super) fn heartbeats(
        &mut self,
        now: Millis,
        common: impl FnOnce(&Self) -> Heartbeat,
    ) -> Vec<(PeerId, Message)> {
        if now < self.next_beat {
            return Vec::new();
        }
        self.next_beat = now + HEARTBEAT_EVERY;
        let gone =
            |link: &Link| link.left_signalling && now.saturating_sub(link.heard) >= LINE_GONE;
        self.links.retain(|_, link| !gone(link));
        let common = Heartbeat { sent_at: now, echo: None, ..common(self) };
        let to = |(&peer, link): (&PeerId, &Link)| {
            let echo = link.beat.map(|(beat, came)| Echo {
                sent_at: beat.sent_at,
                held: u32::try_from(now.saturating_sub(came)).unwrap_or(u32::MAX),
            });
            (peer, Message::Heartbeat(Heartbeat { echo, ..common }))
        };
        self.links.iter().map(to).collect()
    }
}

impl Link {
    fn new(now: Millis) -> Self {
        Self {
            heard: now,
            left_signalling: false,
            said_bye: false,
            beat: None,
            round_trip: None,
            messages: Spent::default(),
            bytes: Spent::default(),
            hellos: Spent::default(),
            wishes: Spent::default(),
            shaken: 0,
            claimed: None,
            rival: None,
            version_told: None,
            asked: None,
            wrong: 0,
            shut_until: 0,
        }
    }

    /// The seats a peer hears, by its newest heartbeat in this epoch.
    pub(super) fn hears_in(&self, epoch: u32) -> u8 {
        self.beat_in(epoch).hears
    }

    /// The peer's newest heartbeat, if it is of this epoch; else one that hears nobody.
    pub(super) fn beat_in(&self, epoch: u32) -> Heartbeat {
        self.beat.map(|(beat, _)| beat).filter(|beat| beat.epoch == epoch).unwrap_or_default()
    }

    fn note(&mut self, now: Millis, message: &Message) {
        match message {
            Message::Heartbeat(beat) => {
                self.beat = Some((*beat, now));
                // Who declines a seat says goodbye as well, and plays on elsewhere. Nothing
                // follows the goodbye of one that leaves, as the lane is ordered.
                self.said_bye = false;
                let trip =
                    |echo: Echo| now.checked_sub(echo.sent_at)?.checked_sub(echo.held.into());
                if let Some(trip) = beat.echo.and_then(trip).filter(|trip| *trip < LONGEST_TRIP) {
                    self.round_trip = u32::try_from(trip).ok();
                }
            }
            Message::Hello(_) => self.said_bye = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: PeerId = PeerId(7);

    fn linked() -> Links {
        let mut links = Links::default();
        assert!(links.connect(0, PEER));
        links
    }

    #[test]
    fn silence_of_five_seconds_is_gone() {
        let links = linked();
        assert!(!links.is_gone(4999, PEER));
        assert!(links.is_gone(5000, PEER));
        assert!(links.is_gone(0, PeerId(8)), "without a line");
    }

    #[test]
    fn leaving_the_signalling_server_counts_with_one_second_of_silence() {
        let mut links = linked();
        links.left_signalling(PEER);
        assert!(!links.is_gone(999, PEER));
        assert!(links.is_gone(1000, PEER));
        links.heard(900, PEER);
        assert!(!links.is_gone(1899, PEER), "a hint is no verdict");
    }

    #[test]
    fn who_says_too_much_is_ignored_and_counted() {
        let mut links = linked();
        let bye = Message::Bye.encode();
        let taken = (0..1000).filter(|_| links.receive(0, PEER, &bye).is_ok()).count();
        assert_eq!(taken, 120);
        assert_eq!(links.ignored().over_budget, 880);
        assert!(links.receive(1000, PEER, &bye).is_ok(), "a second later it may speak again");
        let garbage = [0xFF; 4096];
        let mut links = linked();
        let read = (0..100).filter(|_| links.receive(0, PEER, &garbage).is_err()).count();
        assert_eq!((read, links.ignored().malformed), (100, 16), "64 KiB are read at most");
    }

    #[test]
    fn garbage_is_no_sign_of_life() {
        let mut links = linked();
        for now in (100..=5000).step_by(100) {
            assert!(links.receive(now, PEER, &[7; 9]).is_err());
        }
        assert!(links.is_gone(5000, PEER));
        assert!(links.receive(5000, PEER, &Message::SetReady(true).encode()).is_ok());
        assert!(!links.is_gone(5000, PEER));
    }

    #[test]
    fn goodbye_holds_until_the_peer_speaks_again() {
        let beat = Message::Heartbeat(Heartbeat::default());
        let mut links = linked();
        links.said_bye(PEER);
        links.heard(10, PEER);
        assert!(links.has_said_bye(PEER) && !links.hears(10, PEER), "datagrams are late ones");
        assert!(links.receive(20, PEER, &beat.encode()).is_ok());
        assert!(!links.has_said_bye(PEER) && links.hears(20, PEER));
    }

    #[test]
    fn round_trip_is_time_away_less_time_held() {
        let mut links = linked();
        let echo = |sent_at, held| {
            Message::Heartbeat(Heartbeat {
                echo: Some(Echo { sent_at, held }),
                ..Heartbeat::default()
            })
            .encode()
        };
        links.receive(1000, PEER, &echo(800, 150)).unwrap();
        assert_eq!(links.round_trip(PEER), Some(50));
        for lie in [echo(2000, 0), echo(900, 101), echo(0, u32::MAX)] {
            links.receive(1000, PEER, &lie).unwrap();
            assert_eq!(links.round_trip(PEER), Some(50));
        }
    }

    #[test]
    fn strangers_without_a_line_are_ignored_and_lines_are_bounded() {
        let mut links = linked();
        assert!(links.receive(0, PeerId(99), &Message::Bye.encode()).is_err());
        assert_eq!(links.ignored().out_of_place, 1);
        let kept = (100..1100).filter(|&n| links.connect(0, PeerId(n))).count();
        assert_eq!(kept, MAX_LINKS - 1);
    }
}
