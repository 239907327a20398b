//! When to try again after a failure. Pure arithmetic; who waits is decided elsewhere.

use std::{num::NonZeroU32, time::Duration};

use serde::{Deserialize, Serialize};

/// How often and after which delays a failed call is tried again.
///
/// The delay before the n-th retry is `first_delay × backoff^(n-1)`, at most `max_delay`. With a deadline, no retry
/// begins later than `deadline` after the first attempt began, and a delay that would reach beyond is shortened to it.
///
/// ```
/// use durable::Retry;
/// use std::time::Duration;
///
/// let retry = Retry::exponential(4, Duration::from_secs(1)).max_delay(Duration::from_secs(3));
/// let delays: Vec<_> = (1..=4).map(|failed| retry.delay_after(failed, Duration::ZERO)).collect();
/// let secs = |n| Some(Duration::from_secs(n));
/// assert_eq!(delays, [secs(1), secs(2), secs(3), None]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retry {
    max_attempts: NonZeroU32,
    first_delay: Duration,
    #[serde(default = "one")]
    backoff: f64,
    #[serde(default = "forever")]
    max_delay: Duration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<Duration>,
}

const fn one() -> f64 {
    1.0
}

const fn forever() -> Duration {
    Duration::MAX
}

impl Retry {
    /// Up to `max_attempts` attempts (the first one counts; 0 means 1) with the same delay between them.
    pub fn fixed(max_attempts: u32, delay: Duration) -> Self {
        Self {
            max_attempts: NonZeroU32::new(max_attempts).unwrap_or(NonZeroU32::MIN),
            first_delay: delay,
            backoff: 1.0,
            max_delay: Duration::MAX,
            deadline: None,
        }
    }

    /// Up to `max_attempts` attempts (the first one counts), the delay doubling each time, up to an hour.
    pub fn exponential(max_attempts: u32, first_delay: Duration) -> Self {
        Self::fixed(max_attempts, first_delay).backoff(2.0).max_delay(Duration::from_secs(3_600))
    }

    /// The factor from one delay to the next; what is below 1 or not a number counts as 1.
    #[must_use]
    pub fn backoff(mut self, factor: f64) -> Self {
        self.backoff = if factor >= 1.0 { factor } else { 1.0 };
        self
    }

    /// The longest delay.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// No attempt begins later than this after the first one began.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The delay before the next attempt, when `failed` attempts (1 or more) have failed and `elapsed` has gone by
    /// since the first one began; `None` when it is time to give up.
    pub fn delay_after(&self, failed: u32, elapsed: Duration) -> Option<Duration> {
        if failed >= self.max_attempts.get() {
            return None;
        }
        let exponent = i32::try_from(failed.saturating_sub(1)).unwrap_or(i32::MAX);
        let seconds = self.first_delay.as_secs_f64() * self.backoff.max(1.0).powi(exponent);
        let delay = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).min(self.max_delay);
        match self.deadline {
            None => Some(delay),
            Some(deadline) if elapsed >= deadline => None,
            Some(deadline) => Some(delay.min(deadline.saturating_sub(elapsed))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_bounds_the_delay_and_ends_the_attempts() {
        let retry = Retry::fixed(10, Duration::from_secs(10)).deadline(Duration::from_secs(25));
        assert_eq!(retry.delay_after(1, Duration::from_secs(20)), Some(Duration::from_secs(5)));
        assert_eq!(retry.delay_after(1, Duration::from_secs(25)), None);
    }

    #[test]
    fn one_attempt_means_no_retry() {
        assert_eq!(Retry::fixed(1, Duration::ZERO).delay_after(1, Duration::ZERO), None);
        assert_eq!(Retry::fixed(0, Duration::ZERO).delay_after(1, Duration::ZERO), None);
    }

    #[test]
    fn a_delay_that_overflows_is_capped() {
        let retry = Retry::exponential(2_000, Duration::from_secs(1));
        assert_eq!(retry.delay_after(1_500, Duration::ZERO), Some(Duration::from_secs(3_600)));
    }
}
