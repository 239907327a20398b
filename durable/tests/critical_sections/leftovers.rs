//! What a section leaves behind: operations that were called inside it, and are still to be performed when it ends.

use std::{sync::Arc, time::Duration};

use durable::{FailureKind, prelude::*, runtime::VirtualClock, store::memory::MemoryStore};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::common::soon;

/// Writes down who came when; the operation `wait` takes until there is a permit.
#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Guests {
    names: Vec<String>,
}

#[entity]
impl Guests {
    fn enter(&mut self, name: String) {
        self.names.push(name);
    }

    async fn wait(&mut self, permits: State<Arc<Semaphore>>, name: String) {
        drop(permits.acquire().await);
        self.names.push(name);
    }
}

#[orchestrator]
async fn leaves_an_operation_behind(ctx: &mut Context) -> Result<FailureKind> {
    let (mut guests, section) = ctx.lock(Guests::at("house")).await?;
    section.event::<()>("go").await?;
    let left = guests.wait("inside".into()).timeout(Duration::from_secs(1)).await;
    Ok(left.map_or_else(|error| error.kind(), |()| FailureKind::Application))
}

#[tokio::test]
async fn what_a_section_leaves_behind_comes_first_also_after_a_crash() {
    let (clock, store, permits) = (VirtualClock::new(), MemoryStore::new(), Arc::new(Semaphore::new(0)));
    let start = async || {
        let builder = Runtime::builder().store(store.clone()).clock(clock.clone()).state(Arc::clone(&permits));
        builder.register(registry![Guests, leaves_an_operation_behind]).start().await.unwrap()
    };
    let runtime = start().await;
    let client = runtime.client();
    let handle = client.start(leaves_an_operation_behind()).await.unwrap();
    client.signal(Guests::at("house").enter("outside".into())).await.unwrap();
    handle.raise("go", &()).await.unwrap();
    clock.advance(Duration::from_secs(1));
    assert_eq!(soon(handle.output()).await.unwrap(), FailureKind::TimedOut);
    drop(runtime);
    permits.add_permits(1);
    let runtime = start().await;
    soon(runtime.client().call(Guests::at("house").enter("later".into()))).await.unwrap();
    let guests = runtime.client().read(Guests::at("house")).await.unwrap().unwrap();
    assert_eq!(guests.names, ["inside", "outside", "later"]);
}
