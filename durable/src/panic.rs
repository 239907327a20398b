//! Turns a panic of the user's code into a failure that says where it happened.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    pin::Pin,
    sync::Once,
    task::{Context, Poll},
};

use crate::model::Failure;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Adds to the process's panic hook one that notes the place of panics inside [`catch`]; the old hook still runs.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if CATCHING.get() {
                LOCATION.set(info.location().map(ToString::to_string));
            }
            previous(info);
        }));
    });
}

/// Runs `code`; a panic becomes a [`Failure`] with its message and location.
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Result<T, Failure> {
    install_hook();
    let outer = CATCHING.replace(true);
    // The state that the closure leaves behind is thrown away by every caller, or rolled back.
    let result = catch_unwind(AssertUnwindSafe(code));
    CATCHING.set(outer);
    result.map_err(|payload| Failure::panicked(&*payload, LOCATION.take()))
}

pin_project_lite::pin_project! {
    /// A future whose panics become failures.
    pub(crate) struct Catch<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Catch<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future }
    }
}

impl<F: Future> Future for Catch<F> {
    type Output = Result<F::Output, Failure>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.project().future;
        match catch(|| future.poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(failure) => Poll::Ready(Err(failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_failure_with_message_and_location() {
        let failure = catch(|| panic!("no {}", "milk")).unwrap_err();
        assert_eq!(failure.message, "no milk");
        assert!(failure.location.unwrap().contains("panic.rs"));
    }
}
