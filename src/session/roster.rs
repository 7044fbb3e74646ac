//! Who sits where: eight seats, kept in their order for the whole match, and how
//! they map to the handles of a rollback session.

use serde::{Deserialize, Serialize};

use super::{BotLevel, Colour, Name, Owner, PeerId};
use crate::sim::MAX_SEATS;

/// The seats of a match. No two occupied seats have the same name or the same colour, and at
/// one machine play at most two people: the first, and with them the second.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[Seat; MAX_SEATS]", into = "[Seat; MAX_SEATS]")]
pub struct Roster {
    seats: [Seat; MAX_SEATS],
}

/// A place in a match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seat {
    /// Nobody's.
    #[default]
    Empty,
    /// Somebody's, also while they are away.
    Player(Player),
}

/// Who holds a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// The machine that sends the seat's input. A bot belongs to a peer too.
    pub peer: PeerId,
    /// What everyone sees.
    pub name: Name,
    /// What everyone sees the tank in.
    pub colour: Colour,
    /// A person or a bot.
    pub kind: Kind,
    /// The second person at the peer's machine, or whose seat a bot keeps for them.
    pub second: bool,
    /// Away: the seat sends no input and its tank is absent, but score and name are kept.
    pub parked: bool,
    /// Whose token gets the seat back; `None` for bots of the room. A bot with an owner
    /// stands in for a player who is away.
    pub owner: Option<Owner>,
    /// The peer whose person left the seat to the bot that stands in.
    pub left: Option<PeerId>,
}

/// What drives a seat's tank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A person (or, without a window, the bot in their place).
    Human,
    /// A bot, run by its peer as one more local player.
    Bot(BotLevel),
}

impl Player {
    /// Whether a bot drives the tank while the owner of the seat is away.
    pub fn stands_in(&self) -> bool {
        self.kind != Kind::Human && self.owner.is_some()
    }

    /// The peer of the person whose seat it is, here or away; `None` for a bot's own.
    pub fn person(&self) -> Option<PeerId> {
        if self.kind == Kind::Human { Some(self.peer) } else { self.left }
    }

    /// Whether the seat waits for its owner.
    pub fn is_away(&self) -> bool {
        self.parked || self.stands_in()
    }
}

impl Roster {
    /// All seats in their order.
    pub fn seats(&self) -> &[Seat; MAX_SEATS] {
        &self.seats
    }

    /// Who holds a seat; `None` for an empty seat and beyond the last one.
    pub fn player(&self, seat: u8) -> Option<&Player> {
        match self.seats.get(usize::from(seat)) {
            Some(Seat::Player(player)) => Some(player),
            _ => None,
        }
    }

    /// The occupied seats, parked ones too.
    pub fn players(&self) -> impl Iterator<Item = (u8, &Player)> {
        (0u8..).zip(&self.seats).filter_map(|(number, seat)| match seat {
            Seat::Player(player) => Some((number, player)),
            Seat::Empty => None,
        })
    }

    /// The occupied seats whose player is here.
    pub fn active(&self) -> impl Iterator<Item = (u8, &Player)> {
        self.players().filter(|(_, player)| !player.parked)
    }

    /// The seat of each handle of the rollback session: handle 0 first.
    pub fn handles(&self) -> Vec<u8> {
        self.active().map(|(seat, _)| seat).collect()
    }

    /// The active seats of one peer, its bots included.
    pub fn local_seats(&self, peer: PeerId) -> Vec<u8> {
        self.active().filter(|(_, p)| p.peer == peer).map(|(seat, _)| seat).collect()
    }

    /// The peers of the active seats, each once, by their lowest seat.
    pub fn peers(&self) -> Vec<PeerId> {
        let mut peers = Vec::new();
        for (_, player) in self.active() {
            if !peers.contains(&player.peer) {
                peers.push(player.peer);
            }
        }
        peers
    }

    /// Whether a peer has an active seat.
    pub fn has(&self, peer: PeerId) -> bool {
        self.active().any(|(_, p)| p.peer == peer)
    }

    /// The active seat of a peer's first person.
    pub fn seat_of(&self, peer: PeerId) -> Option<u8> {
        self.heirs().find(|(_, heir)| *heir == peer).map(|(seat, _)| seat)
    }

    /// The active seat of the second person at a peer's machine.
    pub fn second_of(&self, peer: PeerId) -> Option<u8> {
        let seconds = |p: &Player| p.peer == peer && p.kind == Kind::Human && p.second;
        self.active().find(|(_, player)| seconds(player)).map(|(seat, _)| seat)
    }

    /// Who would host if the host went: the peers of the people who are here, each once,
    /// by the seats of their first people.
    pub fn heirs(&self) -> impl Iterator<Item = (u8, PeerId)> {
        let first = |p: &Player| p.kind == Kind::Human && !p.second;
        self.active().filter(move |(_, p)| first(p)).map(|(seat, p)| (seat, p.peer))
    }

    /// The seat of a peer's first person, here or away.
    pub fn place_of(&self, peer: PeerId) -> Option<u8> {
        self.people_of(peer).find(|(_, p)| !p.second).map(|(seat, _)| seat)
    }

    /// The name of a peer's first person, here or away.
    pub fn name_of(&self, peer: PeerId) -> Option<&Name> {
        self.people_of(peer).find(|(_, p)| !p.second).map(|(_, p)| &p.name)
    }

    /// The seats of the people of a machine, here or away.
    pub fn people_of(&self, peer: PeerId) -> impl Iterator<Item = (u8, &Player)> {
        self.players().filter(move |(_, p)| p.person() == Some(peer))
    }

    /// The lowest empty seat.
    pub fn free_seat(&self) -> Option<u8> {
        (0u8..).zip(&self.seats).find(|(_, seat)| **seat == Seat::Empty).map(|(number, _)| number)
    }

    /// The name itself, or the first numbered form of it that nobody here has.
    pub fn unique_name(&self, name: &Name) -> Name {
        let taken = |name: &Name| self.players().any(|(_, p)| p.name == *name);
        if !taken(name) {
            return name.clone();
        }
        // There are fewer players than numbers tried, so one of them is free.
        (2..=MAX_SEATS as u32 + 1)
            .map(|n| name.numbered(n))
            .find(|candidate| !taken(candidate))
            .unwrap_or_else(|| name.clone())
    }

    /// Gives the lowest empty seat to a player, whose name is numbered where it is
    /// taken. Returns the seat, or `None` (and changes nothing) in a full roster.
    pub fn add(&mut self, peer: PeerId, name: &Name, kind: Kind) -> Option<u8> {
        let number = self.free_seat()?;
        let name = self.unique_name(name);
        let colour = self.free_colour(number);
        let seat = self.seats.get_mut(usize::from(number))?;
        let (parked, second, owner, left) = (false, false, None, None);
        *seat = Seat::Player(Player { peer, name, colour, kind, second, parked, owner, left });
        Some(number)
    }

    /// The same for the second person at the machine of a peer whose first person has a seat.
    pub fn add_second(&mut self, peer: PeerId, name: &Name) -> Option<u8> {
        if self.seat_of(peer).is_none() || self.second_of(peer).is_some() {
            return None;
        }
        let number = self.add(peer, name, Kind::Human)?;
        if let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(number)) {
            player.second = true;
        }
        Some(number)
    }

    /// The colour of this number if nobody has it, else the first that nobody has.
    fn free_colour(&self, number: u8) -> Colour {
        let free = |colour: &Colour| !self.players().any(|(_, player)| player.colour == *colour);
        let own = Colour::new(number).into_iter();
        // There are as many colours as seats, so one of them is free.
        own.chain(Colour::all()).find(free).unwrap_or_default()
    }

    /// Gives a seat this colour. A bot that has it, or the other person at the same machine, takes
    /// the old one instead, if that is allowed. Returns whether anything changed.
    pub fn paint(&mut self, seat: u8, colour: Colour, by_exchange: bool) -> bool {
        let Some((old, peer)) = self.player(seat).map(|p| (p.colour, p.peer)) else { return false };
        let holder = self.players().find(|(_, player)| player.colour == colour);
        let gives_way = |player: &Player| {
            by_exchange && (player.kind != Kind::Human || player.person() == Some(peer))
        };
        if holder.is_some_and(|(number, player)| number == seat || !gives_way(player)) {
            return false;
        }
        for (number, place) in (0u8..).zip(&mut self.seats) {
            match place {
                Seat::Player(player) if number == seat => player.colour = colour,
                Seat::Player(player) if player.colour == colour => player.colour = old,
                _ => {}
            }
        }
        true
    }

    /// Calls a player something else, numbered if somebody else is called that. Returns whether
    /// anything changed.
    pub fn rename(&mut self, seat: u8, name: &Name) -> bool {
        let Some(old) = self.player(seat).map(|player| player.name.clone()) else { return false };
        let mut others = self.clone();
        others.clear(seat);
        let name = others.unique_name(name);
        if let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(seat)) {
            player.name = name.clone();
        }
        name != old
    }

    /// Gives a bot another level.
    pub fn train(&mut self, seat: u8, level: BotLevel) {
        if let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(seat))
            && player.kind != Kind::Human
        {
            player.kind = Kind::Bot(level);
        }
    }

    /// Lets the owner of a token have a seat back later.
    pub fn give(&mut self, seat: u8, owner: Owner) {
        if let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(seat)) {
            player.owner = Some(owner);
        }
    }

    /// The seat of a token's owner, here or away.
    pub fn owned_by(&self, owner: Owner) -> Option<(u8, &Player)> {
        self.players().find(|(_, player)| player.owner == Some(owner))
    }

    /// The owner of a seat that was parked or given to a bot is back as this peer. Returns
    /// the seat; `None` if there is none.
    pub fn reclaim(&mut self, owner: Owner, peer: PeerId) -> Option<u8> {
        let (number, _) = self.owned_by(owner).filter(|(_, player)| player.is_away())?;
        let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(number)) else {
            return None;
        };
        (player.peer, player.parked, player.kind) = (peer, false, Kind::Human);
        player.left = None;
        Some(number)
    }

    /// The bots of one peer are run by another from now on.
    pub fn hand_over(&mut self, from: PeerId, to: PeerId) {
        for seat in &mut self.seats {
            if let Seat::Player(player) = seat
                && player.peer == from
                && player.kind != Kind::Human
            {
                player.peer = to;
            }
        }
    }

    /// Gives the seats of a peer to bots of another one, until the owners return. Seats
    /// that nobody can return to are parked. Returns the parked ones.
    pub fn stand_in(&mut self, peer: PeerId, by: PeerId, level: BotLevel) -> Vec<u8> {
        let mut parked = Vec::new();
        for (number, seat) in (0u8..).zip(&mut self.seats) {
            match seat {
                Seat::Player(player) if player.peer == peer && !player.parked => {
                    if player.owner.is_some() && player.kind == Kind::Human {
                        (player.peer, player.kind) = (by, Kind::Bot(level));
                        player.left = Some(peer);
                    } else {
                        player.parked = true;
                        parked.push(number);
                    }
                }
                _ => {}
            }
        }
        parked
    }

    /// Parks a seat in which a bot stood in for its owner.
    pub fn stand_down(&mut self, seat: u8) {
        if let Some(Seat::Player(player)) = self.seats.get_mut(usize::from(seat))
            && player.stands_in()
        {
            // A bot that stands in from a hostile host may lack who left: nobody's name, then.
            let left = player.left.take().unwrap_or_default();
            (player.peer, player.parked, player.kind) = (left, true, Kind::Human);
        }
    }

    /// Marks the active seats of a peer as away; returns them.
    pub fn park(&mut self, peer: PeerId) -> Vec<u8> {
        let seats = self.local_seats(peer);
        for seat in &mut self.seats {
            if let Seat::Player(player) = seat
                && player.peer == peer
            {
                player.parked = true;
            }
        }
        seats
    }

    /// Empties a seat.
    pub fn clear(&mut self, seat: u8) {
        if let Some(seat) = self.seats.get_mut(usize::from(seat)) {
            *seat = Seat::Empty;
        }
    }

    /// Empties every seat of a peer.
    pub fn remove(&mut self, peer: PeerId) {
        for seat in &mut self.seats {
            if matches!(seat, Seat::Player(player) if player.peer == peer) {
                *seat = Seat::Empty;
            }
        }
    }

    /// Empties the seats of those who are away.
    pub fn remove_parked(&mut self) {
        for seat in &mut self.seats {
            if matches!(seat, Seat::Player(player) if player.parked) {
                *seat = Seat::Empty;
            }
        }
    }
}

impl TryFrom<[Seat; MAX_SEATS]> for Roster {
    type Error = &'static str;

    fn try_from(seats: [Seat; MAX_SEATS]) -> Result<Self, Self::Error> {
        let roster = Self { seats };
        let mut names: Vec<&Name> = roster.players().map(|(_, player)| &player.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        if names.len() < all {
            return Err("two seats have the same name");
        }
        let colours = roster.players().map(|(_, player)| player.colour);
        if colours.collect::<std::collections::BTreeSet<_>>().len() < all {
            return Err("two seats have the same colour");
        }
        let people = |p: &Player, second| p.kind == Kind::Human && p.second == second;
        for (_, player) in roster.active().filter(|(_, p)| p.kind == Kind::Human) {
            let same = || roster.active().map(|(_, p)| p).filter(|p| p.peer == player.peer);
            let firsts = same().filter(|p| people(p, false)).count();
            let seconds = same().filter(|p| people(p, true)).count();
            if firsts != 1 || seconds > 1 {
                return Err("a machine has people that one keyboard cannot have");
            }
        }
        Ok(roster)
    }
}

impl From<Roster> for [Seat; MAX_SEATS] {
    fn from(roster: Roster) -> Self {
        roster.seats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::new(text).unwrap()
    }

    fn three() -> Roster {
        let mut roster = Roster::default();
        roster.add(PeerId(1), &name("Ann"), Kind::Human);
        roster.add(PeerId(1), &name("Bot 1"), Kind::Bot(BotLevel::Hard));
        roster.add(PeerId(2), &name("Ann"), Kind::Human);
        roster
    }

    #[test]
    fn seats_are_given_in_order_and_names_numbered() {
        let roster = three();
        let names: Vec<_> = roster.players().map(|(s, p)| (s, p.name.as_str())).collect();
        assert_eq!(names, [(0, "Ann"), (1, "Bot 1"), (2, "Ann 2")]);
        assert_eq!(roster.peers(), [PeerId(1), PeerId(2)]);
        assert_eq!(roster.local_seats(PeerId(1)), [0, 1]);
    }

    #[test]
    fn parked_seat_keeps_its_place_but_has_no_handle() {
        let mut roster = three();
        assert_eq!(roster.park(PeerId(1)), [0, 1]);
        assert_eq!(roster.handles(), [2]);
        assert_eq!(roster.free_seat(), Some(3));
        assert!(!roster.has(PeerId(1)));
        assert_eq!(roster.name_of(PeerId(1)), Some(&name("Ann")));
        roster.remove_parked();
        assert_eq!(roster.free_seat(), Some(0));
    }

    #[test]
    fn a_bot_stands_in_until_the_owner_is_back() {
        let (mut roster, owner) = (three(), Owner([7; 16]));
        roster.give(2, owner);
        assert_eq!(roster.stand_in(PeerId(2), PeerId(1), BotLevel::Easy), [0u8; 0]);
        let player = roster.player(2).unwrap();
        assert_eq!((player.peer, player.kind), (PeerId(1), Kind::Bot(BotLevel::Easy)));
        assert!(player.stands_in() && !roster.has(PeerId(2)));
        assert_eq!(roster.name_of(PeerId(2)), Some(&name("Ann 2")), "it is still theirs");
        assert_eq!(roster.local_seats(PeerId(1)), [0, 1, 2]);
        assert_eq!(roster.reclaim(owner, PeerId(9)), Some(2));
        assert_eq!(roster.seat_of(PeerId(9)), Some(2));
        assert_eq!(roster.reclaim(owner, PeerId(10)), None, "it is taken now");
        // A seat without an owner is parked as ever.
        assert_eq!(roster.stand_in(PeerId(1), PeerId(9), BotLevel::Easy), [0, 1]);
    }

    #[test]
    fn who_stands_down_leaves_the_seat_to_its_owner() {
        let (mut roster, owner) = (three(), Owner([7; 16]));
        roster.give(2, owner);
        roster.stand_in(PeerId(2), PeerId(1), BotLevel::Easy);
        for seat in 0..3 {
            roster.stand_down(seat);
        }
        assert_eq!(roster.handles(), [0, 1]);
        assert_eq!(roster.name_of(PeerId(1)), Some(&name("Ann")));
        assert_eq!(roster.reclaim(owner, PeerId(2)), Some(2));
    }

    #[test]
    fn a_full_roster_takes_nobody() {
        let mut roster = Roster::default();
        for n in 0..8 {
            assert_eq!(roster.add(PeerId(n), &name("Ann"), Kind::Human), Some(n as u8));
        }
        let full = roster.clone();
        assert_eq!(roster.add(PeerId(9), &name("Bob"), Kind::Human), None);
        assert_eq!(roster, full);
        assert!(Roster::try_from(full.seats).is_ok(), "eight players of one name get eight names");
    }

    #[test]
    fn the_second_person_of_a_machine_is_parked_and_comes_back_with_the_first() {
        let mut roster = three();
        assert_eq!(roster.add_second(PeerId(3), &name("Eve")), None, "there is no first");
        assert_eq!(roster.add_second(PeerId(2), &name("Eve")), Some(3));
        assert_eq!(roster.add_second(PeerId(2), &name("Ida")), None, "two are all");
        assert_eq!((roster.seat_of(PeerId(2)), roster.second_of(PeerId(2))), (Some(2), Some(3)));
        assert_eq!(roster.heirs().collect::<Vec<_>>(), [(0, PeerId(1)), (2, PeerId(2))]);
        let owners = [Owner([7; 16]), Owner([8; 16])];
        roster.give(2, owners[0]);
        roster.give(3, owners[1]);
        for by_bots in [false, true] {
            let parked = match by_bots {
                false => roster.park(PeerId(2)),
                true => roster.stand_in(PeerId(2), PeerId(1), BotLevel::Easy),
            };
            assert_eq!(parked.len(), if by_bots { 0 } else { 2 });
            assert_eq!(roster.people_of(PeerId(2)).count(), 2);
            assert_eq!(roster.reclaim(owners[0], PeerId(2)), Some(2));
            assert_eq!(roster.reclaim(owners[1], PeerId(2)), Some(3));
            assert_eq!(roster.second_of(PeerId(2)), Some(3));
        }
        assert!(Roster::try_from(roster.seats).is_ok());
    }

    #[test]
    fn people_that_one_machine_cannot_have_are_refused() {
        let mut roster = three();
        roster.add_second(PeerId(2), &name("Eve"));
        let third = |second| {
            let mut seats = roster.seats.clone();
            let Seat::Player(mut player) = seats[3].clone() else { panic!("nobody") };
            (player.name, player.second) = (name("Ida"), second);
            player.colour = Colour::new(7).unwrap();
            seats[4] = Seat::Player(player);
            Roster::try_from(seats)
        };
        assert!(third(true).is_err() && third(false).is_err(), "three people");
        let mut seats = roster.seats.clone();
        seats[2] = Seat::Empty;
        assert!(Roster::try_from(seats).is_err(), "a second without a first");
        // Who is away does not count: the same machine may be back in other seats.
        roster.park(PeerId(2));
        roster.add(PeerId(2), &name("Ann"), Kind::Human);
        assert!(Roster::try_from(roster.seats).is_ok());
    }

    #[test]
    fn equal_names_or_colours_from_a_peer_are_refused() {
        let mut seats = three().seats;
        let Seat::Player(mut other) = seats[0].clone() else { panic!("Ann is there") };
        (other.peer, other.colour) = (PeerId(5), Colour::new(7).unwrap());
        seats[3] = Seat::Player(other.clone());
        assert_eq!(Roster::try_from(seats.clone()), Err("two seats have the same name"));
        other.name = name("Eve");
        other.colour = Colour::new(0).unwrap();
        seats[3] = Seat::Player(other.clone());
        assert_eq!(Roster::try_from(seats.clone()), Err("two seats have the same colour"));
        other.colour = Colour::new(7).unwrap();
        seats[3] = Seat::Player(other);
        assert!(Roster::try_from(seats).is_ok());
    }

    #[test]
    fn a_colour_belongs_to_one_player_and_bots_give_way() {
        let mut roster = three();
        let colours =
            |roster: &Roster| roster.players().map(|(_, p)| p.colour.number()).collect::<Vec<_>>();
        let colour = |number| Colour::new(number).unwrap();
        assert_eq!(colours(&roster), [0, 1, 2], "as many as seats, in their order");
        assert!(!roster.paint(2, colour(0), true), "a person has it");
        assert!(!roster.paint(2, colour(1), false), "a bot has it and keeps it");
        assert!(roster.paint(2, colour(1), true));
        assert_eq!(colours(&roster), [0, 2, 1], "the bot has the other one now");
        assert!(roster.paint(0, colour(7), true));
        assert!(!roster.paint(0, colour(7), true), "it has it already");
        assert!(!roster.paint(6, colour(5), true), "nobody sits there");
        roster.clear(0);
        roster.add(PeerId(9), &name("Eve"), Kind::Human);
        roster.add(PeerId(9), &name("Eve"), Kind::Human);
        assert_eq!(colours(&roster), [0, 2, 1, 3]);
    }

    #[test]
    fn a_new_name_is_numbered_where_it_is_taken() {
        let mut roster = three();
        assert!(!roster.rename(0, &name("Ann")), "it is the same");
        assert!(roster.rename(0, &name("Bot 1")));
        assert_eq!(roster.player(0).unwrap().name, name("Bot 1 2"));
        assert!(roster.rename(2, &name("Ann")), "that is free now");
        assert!(!roster.rename(5, &name("Eve")));
    }
}
