//! What the tests of behaviour share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod dying;
#[cfg(feature = "http")]
pub mod http;
pub mod hooked;

use std::{future::Future, time::Duration};

use durable::{Registry, Result, Runtime, runtime::VirtualClock, store::memory::MemoryStore};

/// A runtime on a memory store and a virtual clock.
pub struct World {
    pub clock: VirtualClock,
    pub store: MemoryStore,
    pub runtime: Runtime,
}

pub async fn world(registry: Registry) -> World {
    let (clock, store) = (VirtualClock::new(), MemoryStore::new());
    let runtime = start(&clock, &store, registry).await;
    World { clock, store, runtime }
}

pub async fn start(clock: &VirtualClock, store: &MemoryStore, registry: Registry) -> Runtime {
    let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).register(registry);
    builder.start().await.expect("a memory store opens")
}

impl World {
    pub fn client(&self) -> durable::Client {
        self.runtime.client()
    }

    /// Drops the runtime as a crash would, and starts another one on what was stored.
    pub async fn restart(self, registry: Registry) -> Self {
        let Self { clock, store, runtime } = self;
        drop(runtime);
        let runtime = start(&clock, &store, registry).await;
        Self { clock, store, runtime }
    }
}

/// Fails a test that hangs instead of letting it hang.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it does not happen within 20 s")
}

/// Asks again until the answer is yes; for what happens by itself and nobody announces.
pub async fn eventually<F: Future<Output = Result<bool>>>(mut question: impl FnMut() -> F) {
    soon(async {
        while !question().await.expect("the store can be read") {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
