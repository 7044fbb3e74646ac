//! The room before the match: its code, what a friend must type, who is there.

use ggez::graphics::{Color, Rect};

use super::menu::{Item, Menu, Part, length_name, level_name, rules_name};
use super::paint::{Align, Paint, Style};
use super::panel::{Column, Look, Target, beside, triangle};
use super::text::Face;
use crate::view::stage::{Lobby, LobbyPlayer};
use crate::view::theme::{self, size};
use crate::words::{say, say_with};

/// Paints the room and says where it can be clicked.
pub(super) fn draw(paint: &mut Paint<'_>, menu: &Menu, lobby: &Lobby, look: Look) -> Vec<Target> {
    let mut column = Column::in_band(paint, menu, look);
    column.note(paint, &say("lobby-code"), theme::FAINT);
    column.items(paint, |i| i == Item::CopyCode);
    if !lobby.join_lines.is_empty() {
        column.note(paint, &say("lobby-join-lines"), theme::FAINT);
        column.items(paint, |i| matches!(i, Item::CopyLine(_)));
        column.y += 6.0;
    }
    if !lobby.is_host {
        column.text(paint, &rules_line(lobby), theme::INK);
        column.y += 8.0;
    }
    column.items(paint, |i| !matches!(i, Item::CopyCode | Item::CopyLine(_) | Item::Seat(_)));
    if let Some(line) = waiting_line(lobby) {
        column.text(paint, &line, theme::FAINT);
    }
    column.foot(paint, menu.note(), None);
    let mut targets = column.targets;
    targets.extend(players(paint, menu, lobby));
    targets
}

fn players(paint: &mut Paint<'_>, menu: &Menu, lobby: &Lobby) -> Vec<Target> {
    let Rect { x: left, y: top, w, .. } = beside(paint);
    let row = 52.0;
    let seats = usize::from(lobby.seats).max(lobby.players.len());
    let plate = Rect::new(left, top, w, 72.0 + seats as f32 * row + 8.0);
    paint.plate(plate, 8.0, theme::PLATE);

    let head = Rect::new(plate.x + 24.0, plate.y + 8.0, plate.w - 48.0, 56.0);
    let style = Style::new(Face::Display, size::HUGE, theme::INK);
    paint.text(&say("lobby-players"), style, head, Align::Left);
    let count = taken(lobby.players.len() as u32, seats as u32);
    paint.text(&count, Style::new(Face::Body, size::LARGE, theme::FAINT), head, Align::Right);

    let mut y = plate.y + 72.0;
    let mut targets = Vec::new();
    let changeable = menu.items();
    let free = changeable.iter().copied().find(|item| match item {
        Item::Seat(seat) => lobby.players.iter().all(|player| player.seat != *seat),
        _ => false,
    });
    for player in &lobby.players {
        let rect = Rect::new(plate.x + 16.0, y, plate.w - 32.0, row - 6.0);
        let item = Item::Seat(player.seat);
        let is_changeable = changeable.contains(&item);
        self::player(paint, player, rect, is_changeable.then(|| menu.focus() == item));
        if is_changeable {
            targets.extend(halves(item, rect));
        }
        y += row;
    }
    for index in lobby.players.len()..seats {
        let rect = Rect::new(plate.x + 16.0, y, plate.w - 32.0, row - 6.0);
        let item = free.filter(|_| index == lobby.players.len());
        let is_focused = item == Some(menu.focus());
        let ink = if is_focused { theme::ACCENT } else { theme::FAINT };
        let edge = if is_focused { (3.0, theme::ACCENT) } else { (1.0, theme::EDGE) };
        paint.frame(rect, 8.0, edge.0, edge.1);
        let inner = Rect::new(rect.x + 56.0, rect.y, rect.w - 64.0, rect.h);
        let words = say(if item.is_some() { "lobby-add-bot" } else { "lobby-free" });
        paint.text(&words, Style::new(Face::Body, size::TEXT, ink), inner, Align::Left);
        if let Some(item) = item {
            targets.push(Target { item, part: Part::Whole, rect });
        }
        y += row;
    }
    targets
}

/// A click on a bot's row makes it better, on its left end worse.
fn halves(item: Item, rect: Rect) -> [Target; 2] {
    let less = Rect::new(rect.x, rect.y, 56.0, rect.h);
    [Target { item, part: Part::More, rect }, Target { item, part: Part::Less, rect: less }]
}

/// `focus` of a bot that can be changed: whether it is what keys change now.
fn player(paint: &mut Paint<'_>, player: &LobbyPlayer, rect: Rect, focus: Option<bool>) {
    paint.plate(rect, 8.0, theme::RAISED);
    if focus == Some(true) {
        paint.frame(rect, 8.0, 3.0, theme::ACCENT);
    }
    if player.is_you {
        paint.frame(rect, 8.0, 2.0, theme::INK);
    }
    let middle = rect.y + rect.h / 2.0;
    let swatch = Rect::new(rect.x + 12.0, middle - 14.0, 28.0, 28.0);
    paint.plate(swatch, 6.0, theme::player(player.colour));

    // from the right: ready, line, then what kind of player
    let ready = Rect::new(rect.right() - 96.0, rect.y, 84.0, rect.h);
    let (word, ink) =
        if player.ready { ("lobby-ready", theme::GOOD) } else { ("lobby-waiting", theme::FAINT) };
    if player.ready {
        tick(paint, ready.x + 10.0, middle, theme::GOOD);
    } else {
        paint.arc((ready.x + 10.0, middle), (5.0, 7.0), (0.0, 1.0), theme::FAINT);
    }
    let small = Style::new(Face::Body, size::SMALL, ink);
    paint.text(&say(word), small, Rect::new(ready.x + 24.0, rect.y, 60.0, rect.h), Align::Left);
    let mut right = ready.x - 12.0;
    let ping = player.ping_ms.map(ping_words);
    let words: Vec<String> = ping.into_iter().chain(player.route.map(route_name)).collect();
    if rect.w < WIDE {
        let arrows = focus.map(|focused| (right, focused));
        let name = Rect::new(swatch.right() + 16.0, rect.y, right - swatch.right() - 16.0, rect.h);
        return narrow(paint, player, words, name, arrows);
    }
    let style = Style::new(Face::Body, size::SMALL, theme::FAINT);
    let first = middle - words.len() as f32 * 10.0;
    for (row, word) in words.iter().enumerate() {
        let line = Rect::new(right - 64.0, first + row as f32 * 20.0, 64.0, 20.0);
        paint.text(word, style, line, Align::Right);
    }
    right -= 72.0;
    if player.is_bot {
        let level = level_name(player.level);
        let word = say_with("lobby-bot-level", &[("level", level.into())]);
        let from = right;
        right -= tag(paint, &word, right - if focus.is_some() { 16.0 } else { 0.0 }, middle) + 6.0;
        if let Some(focused) = focus {
            let ink = if focused { theme::ACCENT } else { theme::FAINT };
            triangle(paint, from - 6.0, middle, 7.0, ink);
            right -= 32.0;
            triangle(paint, right + 10.0, middle, -7.0, ink);
        }
    }
    for (is, word) in [(player.is_host, "lobby-host"), (player.is_you, "lobby-you")] {
        if is {
            right -= tag(paint, &say(word), right, middle) + 6.0;
        }
    }
    let name = Rect::new(swatch.right() + 16.0, rect.y, right - swatch.right() - 20.0, rect.h);
    let bold = Style::new(Face::Bold, size::LARGE, theme::INK);
    let bold = paint.fitted(&player.name, bold, name.w, size::TEXT);
    paint.text(&player.name, bold, name, Align::Left);
}

/// Rows that are narrower have the name above and everything else below it.
const WIDE: f32 = 440.0;

/// What is between the colour and the right end of a narrow row; `arrows` of a bot that can be
/// changed: where they end, and whether keys change it now.
fn narrow(
    paint: &mut Paint<'_>,
    player: &LobbyPlayer,
    line: Vec<String>,
    mut rect: Rect,
    arrows: Option<(f32, bool)>,
) {
    if let Some((right, focused)) = arrows {
        let ink = if focused { theme::ACCENT } else { theme::FAINT };
        let middle = rect.y + rect.h / 2.0;
        triangle(paint, right - 4.0, middle, 7.0, ink);
        triangle(paint, right - 24.0, middle, -7.0, ink);
        rect.w -= 36.0;
    }
    let bot = || say_with("lobby-bot-level", &[("level", level_name(player.level).into())]);
    let mut words: Vec<String> = player.is_bot.then(bot).into_iter().collect();
    for (is, word) in [(player.is_you, "lobby-you"), (player.is_host, "lobby-host")] {
        words.extend(is.then(|| say(word)));
    }
    words.extend(line);
    let upper = Rect::new(rect.x, rect.y + 2.0, rect.w, 25.0);
    let bold = Style::new(Face::Bold, size::TEXT, theme::INK);
    let bold = paint.fitted(&player.name, bold, rect.w, size::SMALL);
    paint.text(&player.name, bold, upper, Align::Left);
    let lower = Rect::new(rect.x, rect.y + 25.0, rect.w, 19.0);
    let small = Style::new(Face::Body, size::SMALL, theme::FAINT);
    paint.text(&words.join(", "), small, lower, Align::Left);
}

/// A word on a small plate that ends at `right`; gives its width.
fn tag(paint: &mut Paint<'_>, word: &str, right: f32, middle: f32) -> f32 {
    let style = Style::new(Face::Bold, size::SMALL, theme::INK);
    let w = (paint.width(word, style) + 16.0).ceil();
    let rect = Rect::new(right - w, middle - 12.0, w, 24.0);
    paint.plate(rect, 6.0, theme::EDGE);
    paint.text(word, style, rect, Align::Centre);
    w
}

/// A tick mark.
fn tick(paint: &mut Paint<'_>, x: f32, y: f32, color: Color) {
    paint.convex(&[(x - 7.0, y), (x - 5.0, y - 2.5), (x, y + 2.5), (x - 1.5, y + 6.0)], color);
    paint.convex(
        &[(x - 2.5, y + 4.0), (x + 6.0, y - 7.0), (x + 8.5, y - 5.0), (x - 1.5, y + 6.0)],
        color,
    );
}

/// What a guest waits for, or what a host can do who is alone, in one line.
fn waiting_line(lobby: &Lobby) -> Option<String> {
    match lobby.clock {
        _ if lobby.is_host => (lobby.players.len() < 2).then(|| say("lobby-alone")),
        Some(left) => {
            let clock = format!("{}:{:02}", left / 60, left % 60);
            Some(say_with("lobby-match-runs", &[("clock", clock.into())]))
        }
        None => Some(say("lobby-host-starts")),
    }
}

/// What will be played, in one line.
pub(super) fn rules_line(lobby: &Lobby) -> String {
    let length = length_name(lobby.seconds);
    let rules = rules_name(lobby.rules);
    say_with("lobby-rules", &[("rules", rules.into()), ("length", length.into())])
}

/// How many of the seats are taken.
pub(super) fn taken(players: u32, seats: u32) -> String {
    say_with("lobby-count", &[("players", players.into()), ("seats", seats.into())])
}

/// A round trip.
pub(super) fn ping_words(ms: u32) -> String {
    say_with("net-ping", &[("ms", ms.into())])
}

/// What a way to a player is called: `lan`, `direct` or `relayed`.
pub(super) fn route_name(route: &str) -> String {
    say(match route {
        "lan" => "route-lan",
        "direct" => "route-direct",
        "relayed" => "route-relayed",
        other => return other.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_told_what_it_waits_for_and_a_host_alone_what_to_do() {
        let lobby = |is_host, clock| Lobby { is_host, clock, ..Lobby::default() };
        let alone = waiting_line(&lobby(true, None));
        assert_eq!(alone.as_deref(), Some("Add a bot, or wait for a friend."));
        let players = vec![Default::default(); 2];
        assert_eq!(waiting_line(&Lobby { players, ..lobby(true, None) }), None);
        let line = waiting_line(&lobby(false, None));
        assert_eq!(line.as_deref(), Some("The host starts the match."));
        let line = waiting_line(&lobby(false, Some(67)));
        assert_eq!(line.as_deref(), Some("The match runs, 1:07 left. You come in now."));
    }

    #[test]
    fn the_length_of_a_match_reads_naturally() {
        let line = |seconds| rules_line(&Lobby { seconds, ..Lobby::default() });
        assert_eq!(line(120), "Modern rules, 2 minutes");
        assert_eq!(line(60), "Modern rules, 1 minute");
        assert_eq!(line(45), "Modern rules, 45 seconds");
        assert_eq!(line(90), "Modern rules, 1:30 minutes");
    }
}
