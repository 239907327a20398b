//! Seeds: where they come from, what they give, and how one that fails is told.
#![allow(dead_code, clippy::indexing_slicing, unreachable_pub, reason = "each test uses its part")]

use std::{
    any::Any,
    ops::Range,
    panic::{set_hook, take_hook},
};

/// The one seed of `DURABLE_SEED`, or as many as `DURABLE_SEEDS` says, or `usual` ones.
pub fn seeds(usual: u64) -> Range<u64> {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    match number("DURABLE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DURABLE_SEEDS").unwrap_or(usual),
    }
}

/// Panics that belong to a program, whose messages begin with `planned`, say nothing.
pub fn silence_panics(planned: &'static str) {
    let previous = take_hook();
    set_hook(Box::new(move |info| {
        if !message(info.payload()).starts_with(planned) {
            previous(info);
        }
    }));
}

pub fn message(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied()).unwrap_or_default()
}

/// `SplitMix64`: the same numbers for the same seed, everywhere.
#[derive(Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }
}
