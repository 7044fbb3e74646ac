//! Who may come in: what is checked before a peer gets a seat, and how the owner of
//! a parked seat is known again.

use super::super::exchange::{begins, send};
use super::super::message::{Hello, VERSION};
use super::super::password::Proof;
use super::super::{Message, Millis, Notice, Out, PeerId, Refusal, Token};
use super::{Gone, Host, Newcomer, Stage};
use crate::sim::World;

/// An owner who comes back takes over from a peer that was silent for so long: a
/// program that plays is heard far more often.
const RETURN_AFTER: Millis = 400;
/// How often who waits is told of the room.
const NEWS_EVERY: Millis = 1000;
/// So many wrong passwords ...
const WRONG_ANSWERS: u8 = 5;
/// ... and the door stays shut for so long.
const SHUT_FOR: Millis = 60_000;

impl Host {
    pub(super) fn tell_version(
        &mut self,
        now: Millis,
        peer: PeerId,
        theirs: u8,
        out: &mut Vec<Out>,
    ) {
        let Some(link) = self.links.get_mut(peer) else { return };
        if link.version_told.is_none_or(|told| now >= told + 1000) {
            link.version_told = Some(now);
            send(peer, &Message::Refuse(Refusal::Version { host: VERSION, guest: theirs }), out);
        }
    }

    pub(super) fn hello(
        &mut self,
        now: Millis,
        settled: &World,
        from: PeerId,
        hello: &Hello,
        out: &mut Vec<Out>,
    ) {
        // Who asks although it has a seat has forgotten it, so that seat is left.
        if self.is_member(from) {
            self.depart(now, from, Gone::Goodbye, out);
        }
        if self.stage == Stage::Ended {
            return;
        }
        let back = hello.token.filter(|token| self.comes_back(now, from, token, out));
        if let Some(why) = self.objection(now, from, hello, back.is_some()) {
            send(from, &Message::Refuse(why.clone()), out);
            out.push(Out::Notice(Notice::Refused { name: hello.name.clone(), why }));
            return;
        }
        // A token is worth a password: its owner knew that once.
        match self.links.get_mut(from) {
            Some(link) if self.config.key.is_some() && back.is_none() => {
                let nonce = self.mint.bytes();
                link.asked = Some((hello.clone(), nonce));
                send(from, &Message::Challenge { nonce }, out);
            }
            _ => self.admit(now, settled, from, hello, back, out),
        }
    }

    /// What a peer says to a challenge. One challenge takes one answer.
    pub(super) fn answer(
        &mut self,
        now: Millis,
        settled: &World,
        from: PeerId,
        proof: &Proof,
        out: &mut Vec<Out>,
    ) {
        let asked = self.links.get_mut(from).and_then(|link| link.asked.take());
        let (Some((hello, nonce)), Some(key)) = (asked, &self.config.key) else {
            return self.links.out_of_place();
        };
        let right = key.accepts(self.config.me, from, &nonce, proof);
        let Some(link) = self.links.get_mut(from) else { return };
        let why = if right {
            link.wrong = 0;
            // Seats may have gone while it answered.
            match self.no_seat_for(now, &hello, false) {
                None => return self.admit(now, settled, from, &hello, None, out),
                Some(why) => why,
            }
        } else {
            link.wrong += 1;
            if link.wrong >= WRONG_ANSWERS {
                (link.wrong, link.shut_until) = (0, now + SHUT_FOR);
            }
            Refusal::WrongPassword
        };
        send(from, &Message::Refuse(why.clone()), out);
        out.push(Out::Notice(Notice::Refused { name: hello.name, why }));
    }

    /// Lets a peer in.
    fn admit(
        &mut self,
        now: Millis,
        settled: &World,
        from: PeerId,
        hello: &Hello,
        back: Option<Token>,
        out: &mut Vec<Out>,
    ) {
        self.seniority.retain(|&peer| peer != from);
        self.seniority.push(from);
        // Who comes back keeps the token: a new one could be lost on its way.
        let token = back.unwrap_or_else(|| Token(self.mint.bytes()));
        let (owner, mark) = (token.owner(), token.second_owner());
        let is_back = self.roster().owned_by(owner).is_some();
        let second = hello.second.clone().map(|name| (name, mark));
        let second = second.filter(|_| self.has_room_for_both(now, is_back, mark));
        let newcomer = Newcomer { peer: from, name: hello.name.clone(), came: now, owner, second };
        for (second, colour) in [false, true].into_iter().zip(hello.colours) {
            if let Some(colour) = colour {
                self.colours.insert((from, second), colour);
            }
        }
        send(from, &Message::Accept { token: Some(token), terms: self.terms() }, out);
        if self.stage == Stage::Lobby {
            let mut roster = std::mem::take(&mut self.roster);
            let seated = self.seat(now, &[newcomer], &mut roster, &mut None);
            self.roster = roster;
            seated.tell(&self.roster, out);
            self.tell_lobby(out);
        } else {
            self.queue.push(newcomer);
            let lobby = self.lobby(settled);
            send(from, &Message::Lobby(Box::new(lobby)), out);
        }
    }

    /// Who waits for the next epoch sees who plays and how the clock runs.
    pub(super) fn tell_newcomers(&mut self, now: Millis, settled: &World, out: &mut Vec<Out>) {
        // Until the next call `settled` still belongs to the epoch before.
        if self.queue.is_empty() || now < self.next_news || begins(out) {
            return;
        }
        self.next_news = now + NEWS_EVERY;
        let lobby = Message::Lobby(Box::new(self.lobby(settled)));
        for newcomer in &self.queue {
            send(newcomer.peer, &lobby, out);
        }
    }

    /// Whether a token gets its owner's seat back. What still sits there, silent, is
    /// counted out; what plays there is another program with the same token.
    fn comes_back(&mut self, now: Millis, from: PeerId, token: &Token, out: &mut Vec<Out>) -> bool {
        let owner = token.owner();
        let Some((_, player)) = self.roster().owned_by(owner) else { return false };
        let (peer, away) = (player.peer, player.is_away());
        if self.stage == Stage::Lobby || self.queue.iter().any(|n| n.owner == owner) {
            return false;
        }
        if away || self.leaving.contains(&peer) {
            return true;
        }
        let silent = ![from, self.config.me].contains(&peer)
            && self.links.silence(now, peer) >= RETURN_AFTER;
        if silent {
            self.depart(now, peer, Gone::Silent, out);
        }
        silent
    }

    /// Why somebody cannot come in.
    fn objection(
        &mut self,
        now: Millis,
        from: PeerId,
        hello: &Hello,
        back: bool,
    ) -> Option<Refusal> {
        let shut = self.links.get(from).is_some_and(|link| now < link.shut_until);
        if shut {
            return Some(Refusal::DoorShut);
        }
        if let Some(why) = self.conduct.objects(now, hello.token) {
            return Some(why);
        }
        let why = self.no_seat_for(now, hello, back);
        why.or_else(|| (!self.links.may_ask(now, from)).then_some(Refusal::Barred))
    }

    /// Why there is no seat for somebody; `back` is who comes back to theirs.
    fn no_seat_for(&self, now: Millis, hello: &Hello, back: bool) -> Option<Refusal> {
        if hello.fingerprint != self.config.fingerprint {
            let (host, guest) = (self.config.build.clone(), hello.build.clone());
            Some(Refusal::Build { host, guest })
        } else if self.stage != Stage::Lobby && !self.config.late_join && !back {
            Some(Refusal::MatchClosed)
        } else if !self.has_room(now, usize::from(back), usize::from(!back)) {
            Some(Refusal::RoomFull)
        } else {
            None
        }
    }
}
