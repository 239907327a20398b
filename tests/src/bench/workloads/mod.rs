//! What is measured: one file for each kind of work.

pub(super) mod dormant;
mod entities;
pub(super) mod events;
pub(super) mod hello;
mod lists;
pub(super) mod recovery;
mod steps;
mod timers;

use std::{pin::Pin, time::Duration};

use durable::prelude::*;

use super::{
    goal::Goal,
    trial::{Measured, Trial},
};

/// What a run of a workload is: it measures, and ends when its database is closed.
pub(super) type Running = Pin<Box<dyn Future<Output = Result<Measured>>>>;

/// One workload.
#[derive(Debug)]
pub(super) struct Workload {
    /// Its name.
    pub(super) name: &'static str,
    /// How many units it usually has.
    pub(super) units: u64,
    /// What a unit is, and what is timed.
    pub(super) about: &'static str,
    /// What is to be reached.
    pub(super) goals: &'static [Goal],
    /// What raw SQLite has to do in comparison.
    pub(super) bound: Bound,
    /// Runs it once.
    pub(super) run: fn(Trial) -> Running,
}

/// What a workload is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// The rows of hellos.
    Hellos,
    /// As many rows with an index.
    Rows,
}

/// All workloads, in the order in which they run.
pub(super) fn all() -> impl Iterator<Item = &'static Workload> {
    let groups = [
        hello::WORKLOADS,
        steps::WORKLOADS,
        entities::WORKLOADS,
        events::WORKLOADS,
        timers::WORKLOADS,
        dormant::WORKLOADS,
        recovery::WORKLOADS,
        lists::WORKLOADS,
    ];
    groups.into_iter().flatten()
}

/// The workload of that name.
///
/// # Errors
///
/// There is none.
pub(super) fn find(name: &str) -> Result<&'static Workload> {
    let found = all().find(|workload| workload.name == name);
    found.ok_or_else(|| Error::new(format!("there is no workload `{name}`")))
}

/// Waits until no orchestration is at work any more.
///
/// # Errors
///
/// The store can't be read.
async fn all_ended(client: &Client) -> Result<()> {
    loop {
        let page = client.instances().status(Status::Running).limit(1).await?;
        if page.instances.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_workloads_have_the_same_name() {
        let names: BTreeSet<_> = all().map(|workload| workload.name).collect();
        assert_eq!(names.len(), all().count());
    }
}
