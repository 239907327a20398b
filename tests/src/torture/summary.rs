//! What a torture did.

use std::{collections::BTreeMap, fmt, time::Duration};

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How often the target was killed.
    pub kills: u64,
    /// How often it had not even said `ready`.
    pub killed_at_start: u64,
    /// How often it was asked to end in order, and did.
    pub drains: u64,
    /// How long that took at most.
    pub slowest_end: Duration,
    /// How often it was killed while it was about to end in order.
    pub killed_at_drain: u64,
    /// How often it was stopped for a while; each time another process asked for the database.
    pub holds: u64,
    /// How long such another process had to wait for its refusal, at most.
    pub slowest_refusal: Duration,
    /// How often the process did something at each failpoint.
    pub failpoints: BTreeMap<String, u64>,
    /// How many instances were started from outside.
    pub instances: usize,
    /// How many there were in the end.
    pub instances_with_descendants: usize,
    /// How many were removed.
    pub purged: usize,
    /// How often one that had failed was rewound.
    pub rewinds: u64,
    /// How many commands were sent.
    pub commands: u64,
    /// How many of them were acknowledged.
    pub acknowledged: u64,
    /// How often what was acknowledged was looked for in the database.
    pub audits: u64,
    /// How often an activity ran.
    pub runs: usize,
    /// How many of these runs repeated one that a kill had ended.
    pub repeated_runs: usize,
    /// How long it took.
    pub elapsed: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, killed_at_start, drains, killed_at_drain, slowest_end, holds, slowest_refusal, .. } = self;
        let Self { instances, instances_with_descendants, purged, rewinds, failpoints, .. } = self;
        let Self { commands, acknowledged, audits, runs, repeated_runs, elapsed, .. } = self;
        for (site, hits) in failpoints {
            writeln!(f, "{hits:>6} at {site}")?;
        }
        write!(
            f,
            "{kills} kills ({killed_at_start} before the target was ready, {killed_at_drain} while it drained), \
             {drains} orderly ends (slowest {slowest_end:.0?}), {holds} times held (slowest refusal of a rival {slowest_refusal:.0?}), \
             {instances} instances ({instances_with_descendants} left with descendants, {purged} purged, {rewinds} \
             rewinds), {commands} commands ({acknowledged} acknowledged), {runs} activity runs ({repeated_runs} \
             repeated), {audits} audits, all promises kept, {:.1} s",
            elapsed.as_secs_f64()
        )
    }
}
