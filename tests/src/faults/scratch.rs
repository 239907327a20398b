//! Runs many cases side by side, each in a directory of its own, and says how to repeat those that failed.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// After so many failures nothing more is learnt.
const ENOUGH: usize = 10;

/// A directory in memory where that can be had: nothing in it has to survive anything.
pub(super) fn directory() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let directory = tempfile::Builder::new().prefix("durable-faults-").tempdir_in(memory);
    directory.or_else(|_| tempfile::tempdir())
}

/// Keeps the files of a failed case, and gives where they are.
pub(super) fn keep(directory: tempfile::TempDir) -> PathBuf {
    directory.keep()
}

/// What came out of many cases.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many there were.
    pub cases: usize,
    /// What was seen, and how often.
    pub counts: std::collections::BTreeMap<String, usize>,
    /// What was promised and not kept, with the command that repeats it.
    pub failures: Vec<String>,
}

impl Summary {
    pub(super) fn count(&mut self, what: impl Into<String>, times: usize) {
        *self.counts.entry(what.into()).or_default() += times;
    }

    /// The same with that command before each failure.
    pub(super) fn of(mut self, command: &str) -> Self {
        self.failures.iter_mut().for_each(|failure| *failure = format!("{command}: {failure}"));
        self
    }

    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        for (what, times) in other.counts {
            self.count(what, times);
        }
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} cases, {} failures", self.cases, self.failures.len())?;
        for (what, times) in &self.counts {
            writeln!(f, "  {times:>9} {what}")?;
        }
        self.failures.iter().try_for_each(|failure| writeln!(f, "FAILED: {failure}"))
    }
}

/// Runs cases with the numbers below `count` on all cores, and adds up what came of them.
pub fn in_parallel(count: usize, case: impl Fn(usize) -> Summary + Sync) -> Summary {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (next, all) = (AtomicUsize::new(0), Mutex::new(Summary::default()));
    let add = |summary| {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        all.add(summary);
        all.failures.len() < ENOUGH
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || !add(case(number)) {
                        return;
                    }
                }
            });
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a future in a tokio runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("threads can be started").block_on(future)
}

/// How many panics there were in this process since this was first called.
pub fn count_panics() -> usize {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            report(panic);
        }));
    });
    PANICS.load(Ordering::Relaxed)
}
