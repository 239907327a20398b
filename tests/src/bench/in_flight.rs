//! Clients that keep a number of units at work.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use durable::{Error, Result};

use super::trial::now;

/// Does `work` for each number below `count`, `at_once` at a time.
///
/// # Errors
///
/// One of them fails.
pub(super) async fn in_flight<F, Fut>(count: u64, at_once: u64, work: F) -> Result<()>
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let next = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..at_once.min(count))
        .map(|_| {
            let (next, work) = (next.clone(), work.clone());
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return Ok::<(), Error>(());
                    }
                    work(n).await?;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// The same, and gives how long each took.
///
/// # Errors
///
/// One of them fails.
pub(super) async fn timed<F, Fut>(count: u64, at_once: u64, work: F) -> Result<Vec<Duration>>
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&latencies);
    in_flight(count, at_once, move |n| {
        let (work, seen) = (work.clone(), Arc::clone(&seen));
        async move {
            let began = now();
            work(n).await?;
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(began.elapsed());
            Ok(())
        }
    })
    .await?;
    let mut latencies = latencies.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut *latencies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_number_is_worked_on_once_and_never_more_than_allowed() {
        let [sum, running, most] = std::array::from_fn(|_| Arc::new(AtomicU64::new(0)));
        let (summed, seen) = (sum.clone(), most.clone());
        let latencies = timed(100, 7, move |n| {
            let (sum, running, most) = (sum.clone(), running.clone(), most.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                sum.fetch_add(n, Ordering::SeqCst);
                Ok(())
            }
        });
        assert_eq!(latencies.await.unwrap().len(), 100);
        assert_eq!((summed.load(Ordering::SeqCst), seen.load(Ordering::SeqCst)), (4_950, 7));
    }

    #[tokio::test]
    async fn the_first_failure_ends_it() {
        let failing = in_flight(10, 3, |n| async move { if n == 4 { Err(Error::new("four")) } else { Ok(()) } });
        assert_eq!(failing.await.unwrap_err().to_string(), "four");
    }
}
