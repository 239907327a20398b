//! A store during whose commits the process dies.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use durable::store::{Store, StoreError, memory::MemoryStore};

use super::hooked::HookedStore;

/// Where a process dies in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dies {
    /// Nothing of it is stored.
    Before,
    /// All of it is stored, and nobody is told.
    After,
}

/// A store whose process dies in the commit after the next `commits`; also says how many are left, which can be read at
/// any time.
pub fn dying(store: MemoryStore, commits: usize, dies: Dies) -> (HookedStore, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(commits));
    let counted = Arc::clone(&left);
    let store = HookedStore::new(store, move |store, batch| {
        let alive = counted.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if alive || dies == Dies::After {
            store.commit(batch)?;
        }
        if alive { Ok(()) } else { Err(StoreError::Io { place: "the test".to_owned(), reason: "dies".to_owned() }) }
    });
    (store, left)
}
