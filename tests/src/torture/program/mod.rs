//! The durable program that is killed: every kind of wait, and activities that leave a trace in a ledger.

mod activities;
mod counters;
mod crashes;
mod deploys;
mod ledger;
mod relatives;
mod waits;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

use self::{
    activities::{brittle, bulky, crunch, flaky, work},
    counters::{tally, together},
    crashes::{crash, crashing, crashing_itself},
    relatives::{courier, family, fragile, generations, lineage, messenger},
    waits::{abandoning, bulk, collect, fan_out, racing, retrying, sequence, slow, timers},
};
pub use self::{
    counters::Counter,
    deploys::{NEW, OLD},
    ledger::{Ledger, Receipt, mended},
};

/// All that the program registers.
pub const REGISTRY: Registry = registry![
    work,
    crunch,
    flaky,
    bulky,
    brittle,
    crash,
    sequence,
    fan_out,
    timers,
    collect,
    retrying,
    racing,
    abandoning,
    family,
    lineage,
    fragile,
    generations,
    tally,
    together,
    bulk,
    courier,
    messenger,
    crashing,
    crashing_itself,
    slow,
    Counter
];

/// What every orchestration returns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The results of activities that it consumed, in order.
    pub receipts: Vec<Receipt>,
    /// Numbers that it received.
    pub numbers: Vec<u64>,
    /// What else there is to say.
    pub note: String,
}
