//! A small timer: batches of every benchmark in turns, so that whatever else the machine does
//! hits all of them alike; the median says what is usual, the least what it costs undisturbed.

use std::time::{Duration, Instant};

use tankwarz::sim::World;

/// Batches of each benchmark.
const ROUNDS: usize = 300;
/// How long a batch should take: long against the clock's own cost, short against
/// the time the scheduler leaves a process alone.
const BATCH: Duration = Duration::from_micros(250);

/// Something to be measured.
pub struct Bench {
    /// What it is, for the table.
    pub name: &'static str,
    /// What the median should stay below, in microseconds.
    pub goal: Option<f64>,
    /// Does the work so many times at least, and returns how many times it did it.
    pub work: Box<dyn FnMut(u32) -> u32>,
}

impl Bench {
    /// A benchmark whose `work` is done once a call.
    pub fn new(name: &'static str, goal: Option<f64>, mut work: impl FnMut() + 'static) -> Self {
        let work = move |times: u32| {
            for _ in 0..times {
                work();
            }
            times
        };
        Self { name, goal, work: Box::new(work) }
    }
}

/// Prints the size of what is copied and hashed all the time.
pub fn print_sizes() {
    println!("World: {} bytes (goal 4096)\n", size_of::<World>());
}

/// Measures all of them and prints a table; the first is the unit of the last column.
pub fn run(mut benches: Vec<Bench>) {
    let times: Vec<u32> = benches.iter_mut().map(calibrate).collect();
    let mut taken = vec![Vec::with_capacity(ROUNDS); benches.len()];
    for _ in 0..ROUNDS {
        for ((bench, &times), taken) in benches.iter_mut().zip(&times).zip(&mut taken) {
            taken.push(measure(bench, times));
        }
    }
    println!("| figure | goal us | median us | least us | goal reached | World copies |");
    println!("|---|---:|---:|---:|---|---:|");
    let mut unit = f64::NAN;
    for (bench, mut taken) in benches.iter().zip(taken) {
        taken.sort_by(f64::total_cmp);
        let (least, median) = (taken[0], taken[ROUNDS / 2]);
        unit = if unit.is_nan() { median } else { unit };
        let goal = bench.goal.map_or("-".to_owned(), |goal| goal.to_string());
        let reached = match bench.goal {
            None => "-",
            Some(goal) if median <= goal => "yes",
            Some(goal) if least <= goal => "undisturbed",
            Some(_) => "NO",
        };
        let (name, ratio) = (bench.name, median / unit);
        println!("| {name} | {goal} | {median:.3} | {least:.3} | {reached} | {ratio:.1} |");
    }
}

/// How many times fill a batch.
fn calibrate(bench: &mut Bench) -> u32 {
    let mut times = 1;
    while measure(bench, times) * f64::from(times) < BATCH.as_secs_f64() * 1e6 && times < 1 << 20 {
        times *= 2;
    }
    times
}

/// Microseconds of one piece of work, from one batch.
fn measure(bench: &mut Bench, times: u32) -> f64 {
    let start = Instant::now();
    let done = (bench.work)(times);
    start.elapsed().as_secs_f64() * 1e6 / f64::from(done)
}
