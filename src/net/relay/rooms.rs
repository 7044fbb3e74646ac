//! The rooms of a relay and who is in them. Whoever holds a [`Place`] is counted from the moment it
//! was asked for, so that two who come at once never get the same last place; when it is dropped
//! the place is free, and a room without any is forgotten.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Message;
use matchbox_protocol::{JsonPeerEvent, PeerId};
use matchbox_signaling::common_logic::SignalingChannel;
use tokio::time::Instant;
use tracing::{debug, info};

use super::limits::Refusal;
use super::mesh::Line;

/// All rooms, shared by all connections. The lock is never held across an await.
#[derive(Debug)]
pub(super) struct Rooms {
    most: usize,
    most_peers: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    rooms: HashMap<String, Room>,
    /// How many rooms there have been. The log names a room by its number: whoever knows a room's
    /// code may come in.
    opened: u64,
    peers: usize,
    /// From now on nobody is told who leaves: everybody does.
    closing: bool,
}

#[derive(Debug)]
struct Room {
    number: u64,
    since: Instant,
    /// Places that are taken, those of peers still on their way in included.
    taken: usize,
    members: BTreeMap<PeerId, Member>,
}

/// A peer in a room, as the others reach it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) sender: SignalingChannel,
    pub(super) line: Arc<Line>,
}

impl Rooms {
    pub(super) fn new(most: usize, most_peers: usize) -> Arc<Self> {
        Arc::new(Self { most, most_peers, table: Mutex::default() })
    }

    /// Takes a place in a room, which is opened if need be.
    ///
    /// # Errors
    /// When the room or the relay is full or closing.
    pub(super) fn reserve(self: &Arc<Self>, name: &str) -> Result<Place, Refusal> {
        let mut table = self.lock();
        if table.closing {
            return Err(Refusal::Closing);
        }
        let count = table.rooms.len();
        if let Some(room) = table.rooms.get_mut(name) {
            if room.taken >= self.most_peers {
                return Err(Refusal::RoomFull);
            }
            room.taken += 1;
        } else {
            if count >= self.most {
                return Err(Refusal::NoRoomLeft);
            }
            table.opened += 1;
            let number = table.opened;
            let room = Room { number, since: Instant::now(), taken: 1, members: BTreeMap::new() };
            table.rooms.insert(name.to_owned(), room);
            info!(room = number, rooms = count + 1, "room opened");
        }
        Ok(Place { rooms: Arc::clone(self), room: name.to_owned(), peer: None })
    }

    /// Nobody comes in any more, and nobody is told who leaves.
    pub(super) fn close(&self) {
        self.lock().closing = true;
    }

    /// How many rooms there are, and how many peers in them.
    pub(super) fn count(&self) -> (usize, usize) {
        let table = self.lock();
        (table.rooms.len(), table.peers)
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a room; free again when dropped, and the others are told.
#[derive(Debug)]
pub(super) struct Place {
    rooms: Arc<Rooms>,
    room: String,
    peer: Option<PeerId>,
}

impl Place {
    /// The peer is in the room from now on, and the others are told.
    pub(super) fn enter(&mut self, peer: PeerId, member: Member) {
        let mut table = self.rooms.lock();
        let table = &mut *table;
        let Some(room) = table.rooms.get_mut(&self.room) else { return };
        room.tell_all(&JsonPeerEvent::NewPeer(peer));
        room.members.insert(peer, member);
        self.peer = Some(peer);
        table.peers += 1;
        debug!(room = room.number, peers = room.members.len(), "peer came in");
    }

    /// Hands a message to a peer of the same room, if there is such a one.
    pub(super) fn tell(&self, to: &PeerId, message: Message) {
        let table = self.rooms.lock();
        let member = table.rooms.get(&self.room).and_then(|room| room.members.get(to));
        if let Some(member) = member {
            member.line.send(&member.sender, message);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.rooms.lock();
        let table = &mut *table;
        let Some(room) = table.rooms.get_mut(&self.room) else { return };
        room.taken = room.taken.saturating_sub(1);
        if let Some(peer) = self.peer
            && room.members.remove(&peer).is_some()
        {
            table.peers = table.peers.saturating_sub(1);
            debug!(room = room.number, peers = room.members.len(), "peer went");
            if !table.closing {
                room.tell_all(&JsonPeerEvent::PeerLeft(peer));
            }
        }
        if room.taken == 0 {
            let (number, seconds) = (room.number, room.since.elapsed().as_secs());
            table.rooms.remove(&self.room);
            info!(room = number, seconds, rooms = table.rooms.len(), "room closed");
        }
    }
}

impl Room {
    fn tell_all(&self, event: &JsonPeerEvent) {
        let text = event.to_string();
        for member in self.members.values() {
            member.line.send(&member.sender, Message::Text(text.as_str().into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    type Told = UnboundedReceiver<Result<Message, axum::Error>>;

    fn id(number: u128) -> PeerId {
        PeerId(uuid::Uuid::from_u128(number))
    }

    fn member() -> (Member, Told) {
        let (sender, told) = unbounded_channel();
        (Member { sender, line: Arc::default() }, told)
    }

    fn next(told: &mut Told) -> Option<String> {
        let message = told.try_recv().ok()?.unwrap();
        Some(message.into_text().unwrap().to_string())
    }

    #[test]
    fn empty_rooms_are_forgotten() {
        let rooms = Rooms::new(4, 2);
        let mut places: Vec<_> = (0..4).map(|i| rooms.reserve(&i.to_string()).unwrap()).collect();
        assert_eq!(rooms.reserve("new").unwrap_err(), Refusal::NoRoomLeft);
        assert_eq!(rooms.count(), (4, 0));
        drop(places.pop());
        assert_eq!(rooms.count(), (3, 0));
        rooms.reserve("new").unwrap();
        drop(places);
        assert_eq!(rooms.count(), (0, 0));
        assert!(rooms.lock().rooms.is_empty());
    }

    #[test]
    fn last_place_is_given_once() {
        let rooms = Rooms::new(1, 2);
        let first = rooms.reserve("den").unwrap();
        let second = rooms.reserve("den").unwrap();
        // Neither has come in yet.
        assert_eq!(rooms.reserve("den").unwrap_err(), Refusal::RoomFull);
        drop(second);
        let _third = rooms.reserve("den").unwrap();
        assert_eq!(rooms.reserve("den").unwrap_err(), Refusal::RoomFull);
        drop(first);
    }

    #[test]
    fn who_is_on_the_way_in_is_neither_told_nor_told_of() {
        let rooms = Rooms::new(1, 4);
        let (mut a, mut b) = (rooms.reserve("den").unwrap(), rooms.reserve("den").unwrap());
        let unused = rooms.reserve("den").unwrap();
        let (member_a, mut told_a) = member();
        let (member_b, mut told_b) = member();
        a.enter(id(1), member_a);
        b.enter(id(2), member_b);
        drop(unused);
        assert_eq!(next(&mut told_a), Some(JsonPeerEvent::NewPeer(id(2)).to_string()));
        drop(b);
        assert_eq!(next(&mut told_a), Some(JsonPeerEvent::PeerLeft(id(2)).to_string()));
        assert_eq!((next(&mut told_a), next(&mut told_b)), (None, None));
    }

    #[test]
    fn closing_lets_nobody_in_and_tells_nobody() {
        let rooms = Rooms::new(2, 2);
        let (mut a, mut b) = (rooms.reserve("den").unwrap(), rooms.reserve("den").unwrap());
        let (member_a, mut told_a) = member();
        a.enter(id(1), member_a);
        b.enter(id(2), member().0);
        next(&mut told_a);
        rooms.close();
        assert_eq!(rooms.reserve("other").unwrap_err(), Refusal::Closing);
        drop(b);
        assert_eq!(next(&mut told_a), None);
    }
}
