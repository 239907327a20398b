//! Gives a target many inputs, made from a seed.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use super::{Target, mutate::Mutator};

/// What takes longer than this hangs. The machine may have other things to do, too.
const HANGS: Duration = Duration::from_secs(20);

/// What was done.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// How many inputs were given.
    pub inputs: u64,
    /// How many of them were understood.
    pub understood: u64,
    /// How long that took.
    pub time: Duration,
}

/// An input that breaks a promise.
#[derive(Debug)]
pub struct Finding {
    target: &'static str,
    seed: u64,
    number: u64,
    /// The input.
    pub input: Vec<u8>,
    message: String,
}

/// Gives the target its seeds, and then mutations of them and of what it has understood, up to that number.
///
/// # Errors
///
/// An input makes it panic, or takes too long.
#[expect(clippy::disallowed_methods, reason = "the time is measured")]
pub fn run(target: &Target, inputs: u64, seed: u64) -> Result<Figures, Box<Finding>> {
    let seeds = target.seeds();
    let mut first = seeds.clone().into_iter();
    let mut mutator = Mutator::new(seeds, seed);
    let mut take = (target.begin)();
    let began = Instant::now();
    let mut understood = 0;
    for number in 0..inputs {
        let input = first.next().unwrap_or_else(|| mutator.next());
        let at = Instant::now();
        let message = match panic::catch_unwind(AssertUnwindSafe(|| take(&input))) {
            Ok(_) if at.elapsed() > HANGS => format!("it takes {:?}", at.elapsed()),
            Ok(is_understood) => {
                if is_understood {
                    understood += 1;
                    mutator.keep(&input);
                }
                continue;
            }
            Err(panic) => panic
                .downcast::<String>()
                .map(|text| *text)
                .or_else(|panic| panic.downcast::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_else(|_| "a panic without a text".to_owned()),
        };
        return Err(Box::new(Finding { target: target.name, seed, number, input, message }));
    }
    Ok(Figures { inputs, understood, time: began.elapsed() })
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, seed, number, input, message } = self;
        writeln!(f, "`{target}` breaks a promise at input {number} of DURABLE_SEED={seed}: {message}")?;
        write!(f, "the input, to be kept in tests/fuzz/regressions/{target}: \"{}\"", input.escape_ascii())
    }
}
