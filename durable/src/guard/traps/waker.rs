//! A waker that notes who keeps it.
#![expect(unsafe_code, reason = "in no other way does a waker learn that it is cloned")]
#![warn(clippy::undocumented_unsafe_blocks)]

use std::{
    sync::Arc,
    task::{RawWaker, RawWakerVTable, Wake, Waker},
};

/// A waker that wakes nobody and shares `probe`, as one made of an `Arc<impl Wake>` would.
pub(crate) fn waker<P: Wake + Send + Sync + 'static>(probe: Arc<P>) -> Waker {
    // SAFETY: the functions of the table keep the contract of `RawWaker`: the pointer is that of an `Arc`, of which each
    // waker owns one count, and `P` is `Send` and `Sync`.
    unsafe { Waker::from_raw(raw(probe)) }
}

fn raw<P: Send + Sync + 'static>(probe: Arc<P>) -> RawWaker {
    let table = const { &RawWakerVTable::new(clone::<P>, release::<P>, |_| {}, release::<P>) };
    RawWaker::new(Arc::into_raw(probe).cast(), table)
}

/// # Safety
///
/// `probe` is the pointer of a waker made by [`raw`] with the same `P`.
unsafe fn clone<P: Send + Sync + 'static>(probe: *const ()) -> RawWaker {
    super::note_kept();
    let probe = probe.cast::<P>();
    // SAFETY: the pointer came from `Arc::into_raw`, and the waker that is cloned owns a count.
    let probe = unsafe {
        Arc::increment_strong_count(probe);
        Arc::from_raw(probe)
    };
    raw(probe)
}

/// # Safety
///
/// As [`clone`]; the waker is not used after that.
unsafe fn release<P>(probe: *const ()) {
    // SAFETY: the pointer came from `Arc::into_raw`, and the count that the waker owns ends with it.
    drop(unsafe { Arc::from_raw(probe.cast::<P>()) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waker_counts_once() {
        struct Probe;
        impl Wake for Probe {
            fn wake(self: Arc<Self>) {}
        }
        let probe = Arc::new(Probe);
        let waker = waker(Arc::clone(&probe));
        let other = waker.clone();
        assert_eq!(Arc::strong_count(&probe), 3);
        other.wake_by_ref();
        other.wake();
        assert_eq!(Arc::strong_count(&probe), 2);
        drop(waker);
        assert_eq!(Arc::strong_count(&probe), 1);
    }
}
