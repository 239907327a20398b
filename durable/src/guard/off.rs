//! Stands for `traps` where nothing is trapped.

/// Runs `poll`.
pub(crate) fn watch<T>(poll: impl FnOnce() -> T) -> (T, Option<String>) {
    (poll(), None)
}
