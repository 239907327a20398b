//! Stands for `traps` where nothing is trapped.

use std::{
    sync::Arc,
    task::{Wake, Waker},
};

/// Runs `poll`.
pub(crate) fn watch<T>(poll: impl FnOnce() -> T) -> (T, Option<String>) {
    (poll(), None)
}

/// A waker that wakes nobody.
pub(crate) fn waker<P: Wake + Send + Sync + 'static>(probe: Arc<P>) -> Waker {
    Waker::from(probe)
}

/// Where somebody kept the waker of the last poll: not known here.
pub(crate) fn kept_at() -> Option<String> {
    None
}
