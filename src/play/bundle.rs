//! Packs all ggrs messages of one tick to one peer into one datagram.
//!
//! With WebRTC every datagram costs about 95 bytes of headers, so the count
//! matters more than the size. It must never drop a message whose content is
//! not carried by a newer one of the same bundle.
//!
//! The messages of ggrs's handshake leave twice, because ggrs itself notices the loss of
//! one after 200 ms only, and play stands still until the last of them has arrived.
//!
//! Format: `[epoch varint]`, then one or more `[length varint][message]`, each
//! message in postcard's encoding with its inputs in [`WireInput::compact`]ed form.

use std::collections::{BTreeMap, VecDeque};

use super::wire::{WireBody, WireInput, WireMessage, put_varint, take_varint};
use crate::session::PeerId;

/// Datagrams are kept below this many bytes unless a single message is larger.
pub const MAX_DATAGRAM: usize = 1200;
/// Most messages in one datagram.
pub const MAX_MESSAGES: usize = 64;
/// Ticks after which a message of the handshake is said again: 50 ms, long enough that
/// what swallowed the first is often over, short beside ggrs's own 200 ms.
const AGAIN_AFTER: u32 = 3;
/// Most messages waiting to be said again: an honest handshake with seven peers has far fewer.
const MAX_AGAIN: usize = 256;

/// The messages waiting to leave, by peer.
#[derive(Debug)]
pub struct Bundler {
    epoch: u32,
    queues: BTreeMap<PeerId, Vec<WireMessage>>,
    /// Messages of the handshake and the tick in which they are said again, oldest first.
    again: VecDeque<(u32, PeerId, WireMessage)>,
    ticks: u32,
}

impl Bundler {
    /// An empty bundler for the session of one epoch.
    pub fn new(epoch: u32) -> Self {
        Self { epoch, queues: BTreeMap::new(), again: VecDeque::new(), ticks: 0 }
    }

    /// A tick has passed: queues once more what of the handshake was said a while ago.
    pub fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        while let Some((_, to, message)) = self.again.pop_front_if(|(due, ..)| *due == self.ticks) {
            self.queue(to, message);
        }
    }

    /// Queues `message` for `to`, and drops what it makes superfluous:
    /// - an earlier Input, as ggrs always repeats everything unacknowledged;
    /// - an InputAck no newer than the acknowledgement of an Input or of another InputAck;
    /// - all but the newest QualityReply, repeated SyncReplies, and a KeepAlive in company.
    pub fn push(&mut self, to: PeerId, message: &ggrs::Message) {
        let Ok(message) = WireMessage::from_ggrs(message) else {
            debug_assert!(false, "the mirror does not match ggrs's messages");
            return;
        };
        let shakes =
            matches!(message.body, WireBody::SyncRequest { .. } | WireBody::SyncReply { .. });
        if shakes && self.again.len() < MAX_AGAIN {
            let due = self.ticks.wrapping_add(AGAIN_AFTER);
            self.again.push_back((due, to, message.clone()));
        }
        self.queue(to, message);
    }

    fn queue(&mut self, to: PeerId, message: WireMessage) {
        let queue = self.queues.entry(to).or_default();
        if !queue.iter().any(|old| supersedes(old, &message)) {
            queue.retain(|old| !supersedes(&message, old));
            queue.push(message);
        }
    }

    /// The next datagram to send, if any: one per peer and tick, more only
    /// when the messages do not fit into [`MAX_DATAGRAM`] bytes.
    pub fn poll_send(&mut self) -> Option<(PeerId, Vec<u8>)> {
        let mut entry = self.queues.first_entry()?;
        let to = *entry.key();
        let mut datagram = Vec::new();
        put_varint(&mut datagram, self.epoch);
        let head = datagram.len();
        let mut taken = 0;
        for message in entry.get().iter().take(MAX_MESSAGES) {
            let bytes = encode(message.clone());
            if datagram.len() > head && datagram.len() + 3 + bytes.len() > MAX_DATAGRAM {
                break;
            }
            put_varint(&mut datagram, bytes.len() as u32);
            datagram.extend_from_slice(&bytes);
            taken += 1;
        }
        entry.get_mut().drain(..taken);
        if entry.get().is_empty() {
            entry.remove();
        }
        Some((to, datagram))
    }
}

/// Splits what follows the epoch into the bytes of its messages.
///
/// `None` if a length does not fit, if there is no message, or more than [`MAX_MESSAGES`].
pub fn split(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut messages = Vec::new();
    while !bundle.is_empty() && messages.len() <= MAX_MESSAGES {
        let len = usize::try_from(take_varint(&mut bundle)?).ok()?;
        let (message, rest) = bundle.split_at_checked(len)?;
        messages.push(message);
        bundle = rest;
    }
    (1..=MAX_MESSAGES).contains(&messages.len()).then_some(messages)
}

/// Whether a receiver of `new` needs `old` no more.
fn supersedes(new: &WireMessage, old: &WireMessage) -> bool {
    if new.magic != old.magic {
        return false;
    }
    match (&new.body, &old.body) {
        (_, WireBody::KeepAlive) => true,
        (WireBody::Input(new), WireBody::Input(old)) => covers(new, old),
        (WireBody::Input(new), WireBody::InputAck { frame }) => new.ack_frame >= *frame,
        (WireBody::InputAck { frame: new }, WireBody::InputAck { frame: old }) => new >= old,
        // The last echo wins; ggrs keeps no average.
        (WireBody::QualityReply { pong: new }, WireBody::QualityReply { pong: old }) => new >= old,
        (WireBody::SyncReply { random: new }, WireBody::SyncReply { random: old }) => new == old,
        _ => false,
    }
}

/// Whether `new` carries all of `old`: a start further on means that the
/// frames before it were acknowledged in between.
fn covers(new: &WireInput, old: &WireInput) -> bool {
    let end = |input: &WireInput| input.start_frame + input.count() as i32;
    end(new) >= end(old) && new.ack_frame >= old.ack_frame
}

/// The bytes of a message of our own session on the wire.
fn encode(mut message: WireMessage) -> Vec<u8> {
    if let WireBody::Input(input) = &mut message.body {
        let compacted = input.compact();
        debug_assert!(compacted.is_ok(), "inputs of ggrs are all of one size: {compacted:?}");
    }
    // Every value has an encoding.
    message.encode().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::testing::packed_inputs;

    const TO: PeerId = PeerId(7);

    fn message(body: WireBody) -> ggrs::Message {
        WireMessage { magic: 9, body }.to_ggrs().unwrap()
    }

    fn input(start_frame: i32, count: usize, ack_frame: i32) -> WireBody {
        let bytes = packed_inputs(count, 4);
        WireBody::Input(WireInput {
            statuses: Vec::new(),
            disconnect_requested: false,
            start_frame,
            ack_frame,
            bytes,
        })
    }

    fn expanded(mut body: WireBody) -> WireBody {
        if let WireBody::Input(input) = &mut body {
            let count = input.expand(4, 128).unwrap();
            input.bytes = packed_inputs(count, 4);
        }
        body
    }

    fn bundle(bodies: &[WireBody]) -> Vec<WireBody> {
        let mut bundler = Bundler::new(3);
        for body in bodies {
            bundler.push(TO, &message(body.clone()));
        }
        let (to, datagram) = bundler.poll_send().unwrap();
        assert_eq!(to, TO);
        assert!(bundler.poll_send().is_none(), "one datagram per peer");
        assert_eq!(datagram[0], 3);
        let parts = split(&datagram[1..]).unwrap();
        parts.iter().map(|part| expanded(WireMessage::decode(part).unwrap().body)).collect()
    }

    #[test]
    fn one_tick_to_one_peer_is_one_datagram_in_order() {
        let bodies = [
            WireBody::SyncRequest { random: 1 },
            WireBody::ChecksumReport { checksum: 5, frame: 10 },
            WireBody::QualityReply { pong: 8 },
        ];
        assert_eq!(bundle(&bodies), bodies);
    }

    #[test]
    fn ack_is_dropped_only_if_an_input_carries_one_as_new() {
        let ack = |frame| WireBody::InputAck { frame };
        assert_eq!(bundle(&[ack(5), input(3, 2, 5)]), [input(3, 2, 5)]);
        assert_eq!(bundle(&[input(3, 2, 5), ack(5)]), [input(3, 2, 5)]);
        assert_eq!(bundle(&[input(3, 2, 5), ack(6)]), [input(3, 2, 5), ack(6)]);
        assert_eq!(bundle(&[ack(4), ack(6), ack(5)]), [ack(6)]);
    }

    #[test]
    fn later_input_replaces_an_earlier_one_it_covers() {
        assert_eq!(bundle(&[input(3, 2, 5), input(3, 3, 5)]), [input(3, 3, 5)]);
        assert_eq!(bundle(&[input(3, 4, 5), input(6, 2, 7)]), [input(6, 2, 7)]);
        let shorter = [input(3, 4, 5), input(3, 2, 6)];
        assert_eq!(bundle(&shorter), shorter);
    }

    #[test]
    fn keep_alive_leaves_only_alone() {
        assert_eq!(bundle(&[WireBody::KeepAlive, WireBody::KeepAlive]), [WireBody::KeepAlive]);
        assert_eq!(bundle(&[WireBody::KeepAlive, input(0, 1, -1)]), [input(0, 1, -1)]);
        assert_eq!(bundle(&[input(0, 1, -1), WireBody::KeepAlive]), [input(0, 1, -1)]);
    }

    #[test]
    fn peers_get_datagrams_of_their_own_and_large_bundles_are_split() {
        let mut bundler = Bundler::new(0);
        for random in 0..300 {
            bundler.push(TO, &message(WireBody::SyncRequest { random: u32::MAX - random }));
        }
        bundler.push(PeerId(1), &message(WireBody::KeepAlive));
        let mut counts = BTreeMap::<_, Vec<_>>::new();
        while let Some((to, datagram)) = bundler.poll_send() {
            assert!(datagram.len() <= MAX_DATAGRAM);
            counts.entry(to).or_default().push(split(&datagram[1..]).unwrap().len());
        }
        assert_eq!(counts[&PeerId(1)], [1]);
        assert_eq!(counts[&TO].iter().sum::<usize>(), 300);
        assert!(counts[&TO].len() <= 5, "{counts:?}");
    }

    #[test]
    fn handshake_is_said_twice_and_nothing_else_is() {
        let mut bundler = Bundler::new(3);
        let shake = [WireBody::SyncRequest { random: 1 }, WireBody::SyncReply { random: 2 }];
        for body in shake.iter().chain([&input(0, 1, -1), &WireBody::KeepAlive]) {
            bundler.push(TO, &message(body.clone()));
        }
        let mut said = Vec::new();
        for tick in 0..100 {
            while let Some((_, datagram)) = bundler.poll_send() {
                let parts = split(&datagram[1..]).unwrap();
                let bodies = parts.iter().map(|part| WireMessage::decode(part).unwrap().body);
                said.push((tick, bodies.map(expanded).collect::<Vec<_>>()));
            }
            bundler.tick();
        }
        let first = [shake.as_slice(), &[input(0, 1, -1)]].concat();
        assert_eq!(said, [(0, first), (AGAIN_AFTER, shake.to_vec())]);
    }

    #[test]
    fn nothing_and_overlong_lengths_are_no_bundle() {
        assert!(split(&[]).is_none());
        assert!(split(&[200]).is_none());
        assert!(split(&[5, 1, 2]).is_none());
    }
}
