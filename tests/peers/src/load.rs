//! Runs instances, so many at once, takes the time of each, and counts what fails.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{Result, job::Run, ratio::percentile};

/// How long an instance may take before it counts as failed.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Runs `work` for each of the numbers `0..instances`, `in_flight` at once.
///
/// What `work` refuses is counted and goes on: one lost instance must not end a benchmark.
pub async fn in_flight<F, Fut>(instances: u64, in_flight: u64, work: F) -> Run
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let mut load = Load::default();
    load.run(0..instances, in_flight, work).await;
    load.finish(in_flight)
}

/// A load that is put on in parts, with things between them that do not count.
#[derive(Debug, Default)]
pub struct Load {
    seconds: f64,
    instances: u64,
    latencies: Vec<f64>,
    failures: Vec<String>,
}

impl Load {
    /// Runs `work` for each of the numbers, `in_flight` at once, while the clock goes.
    pub async fn run<F, Fut>(&mut self, numbers: std::ops::Range<u64>, in_flight: u64, work: F)
    where
        F: Fn(u64) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let next = Arc::new(AtomicU64::new(numbers.start));
        let count = numbers.end.saturating_sub(numbers.start);
        let began = Instant::now();
        let clients: Vec<_> =
            (0..in_flight.min(count)).map(|_| tokio::spawn(client(next.clone(), numbers.end, work.clone()))).collect();
        for client in clients {
            match client.await {
                Ok((latencies, failures)) => {
                    self.latencies.extend(latencies);
                    self.failures.extend(failures);
                }
                Err(panic) => self.failures.push(panic.to_string()),
            }
        }
        self.seconds += began.elapsed().as_secs_f64();
        self.instances += count;
    }

    /// Adds what a check after the run has found.
    pub fn check(&mut self, checked: Result<()>) {
        self.failures.extend(checked.err().map(|error| error.to_string()));
    }

    /// The sums.
    pub fn finish(mut self, in_flight: u64) -> Run {
        self.latencies.sort_by(f64::total_cmp);
        Run {
            seconds: self.seconds,
            instances: self.instances,
            failures: (self.failures.len() as u64).min(self.instances),
            failure: self.failures.into_iter().next(),
            in_flight,
            p50: percentile(&self.latencies, 50),
            p99: percentile(&self.latencies, 99),
        }
    }
}

async fn client<F, Fut>(next: Arc<AtomicU64>, end: u64, work: F) -> (Vec<f64>, Vec<String>)
where
    F: Fn(u64) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (mut latencies, mut failures) = (Vec::new(), Vec::new());
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= end {
            return (latencies, failures);
        }
        let began = Instant::now();
        match tokio::time::timeout(PATIENCE, work(number)).await {
            Ok(Ok(())) => latencies.push(began.elapsed().as_secs_f64()),
            Ok(Err(error)) => failures.push(error.to_string()),
            Err(_) => failures.push(format!("no output after {PATIENCE:?}")),
        }
    }
}

/// Refuses an output that is not the right one.
///
/// # Errors
///
/// They differ.
pub fn expect<T: PartialEq<U> + Debug, U: Debug + ?Sized>(found: &T, wanted: &U) -> Result<()> {
    if found == wanted { Ok(()) } else { Err(format!("{found:?} instead of {wanted:?}").into()) }
}

#[cfg(test)]
mod tests {
    use super::{Load, expect, in_flight};

    #[tokio::test]
    async fn every_number_is_worked_on_once_and_every_failure_counted() {
        let run = in_flight(100, 7, |n| async move { expect(&(n % 10 == 3), &false) }).await;
        assert_eq!((run.instances, run.failures, run.in_flight), (100, 10, 7));
        assert_eq!(run.failure.as_deref(), Some("true instead of false"));
    }

    #[tokio::test]
    async fn what_a_check_finds_afterwards_is_a_failure() {
        let mut load = Load::default();
        load.run(0..4, 2, |_| async { Ok(()) }).await;
        load.run(4..8, 2, |_| async { Ok(()) }).await;
        load.check(expect(&1, &2));
        let run = load.finish(2);
        assert_eq!((run.instances, run.failures), (8, 1));
    }
}
