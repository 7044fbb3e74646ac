//! Notes as text: `F4/1 A4/0.5 -/0.5` is an F for a beat, an A for half a beat and as
//! long a rest. A score that cannot be read is a mistake of its writer and panics.

/// A note: the beat it begins at, its number (69 is A4), how many beats it lasts.
pub type Note = (f64, f64, f64);

/// The notes of a line, from beat 0 on, and how many beats it has.
pub fn read(line: &str) -> (Vec<Note>, f64) {
    let mut at = 0.0;
    let mut notes = Vec::new();
    for word in line.split_whitespace().filter(|word| *word != "|") {
        let (name, long) = word.split_once('/').expect("a note and its length");
        let long: f64 = long.parse().expect("beats");
        if name != "-" {
            notes.push((at, number(name), long));
        }
        at += long;
    }
    (notes, at)
}

/// The number of a note such as `Bb3` or `F#4`.
pub fn number(name: &str) -> f64 {
    let octave = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let octave: f64 = octave.parse().expect("an octave");
    let steps = match name.as_bytes()[0] {
        b'C' => 0.0,
        b'D' => 2.0,
        b'E' => 4.0,
        b'F' => 5.0,
        b'G' => 7.0,
        b'A' => 9.0,
        b'B' => 11.0,
        other => panic!("no note is called {}", char::from(other)),
    };
    let shift = f64::from(name.contains('#')) - f64::from(name.contains('b'));
    12.0 * (octave + 1.0) + steps + shift
}
