//! How long a round takes in more before it is committed.

use std::time::{Duration, Instant};

/// A round never waits longer than this for more, however long commits take.
const LONGEST: Duration = Duration::from_millis(5);

/// Compares how long the round has taken with how long commits take.
///
/// Each commit has a price of its own beside that of its rows, so taking in more is worth as much time as a commit takes:
/// neither is done for more than twice what the best choice would have cost, whatever arrives next (the rule for renting
/// skis or buying them: Karlin, Manasse, Rudolph, Sleator, "Competitive Snoopy Caching", 1988).
#[derive(Debug)]
pub(super) struct Pace {
    began: Instant,
    commit: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { began: now(), commit: Duration::ZERO }
    }

    /// A round begins.
    pub(super) fn begin_round(&mut self) {
        self.began = now();
    }

    /// Whether the round may take in more.
    pub(super) fn allows_more(&self) -> bool {
        self.began.elapsed() < self.commit.min(LONGEST)
    }

    /// Does the commit, and remembers how long it takes.
    pub(super) fn measure<T>(&mut self, commit: impl FnOnce() -> T) -> T {
        let began = now();
        let done = commit();
        self.commit = began.elapsed();
        done
    }
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time, and nothing of it is recorded")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_takes_in_more_for_as_long_as_the_last_commit_took() {
        let mut pace = Pace::new();
        pace.begin_round();
        assert!(!pace.allows_more(), "no commit was measured yet");
        let some_time = || {
            let began = now();
            while began.elapsed().is_zero() {}
        };
        pace.measure(some_time);
        assert!(pace.commit > Duration::ZERO);
        let long_ago = now().checked_sub(Duration::from_millis(500)).unwrap();
        pace.commit = Duration::from_secs(1);
        pace.began = now();
        assert!(pace.allows_more());
        pace.began = long_ago;
        assert!(!pace.allows_more(), "it never takes longer than {LONGEST:?}");
    }
}
