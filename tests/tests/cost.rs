#![allow(missing_docs)]
use durable::prelude::*;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn adhoc() {
    let dir = tempfile::tempdir().unwrap();
    let runtime =
        Runtime::builder().sqlite(dir.path().join("a.db")).register(registry![hello, say_hello]).start().await.unwrap();
    let client = runtime.client();
    for _ in 0..20 {
        client.start(hello()).await.unwrap().output().await.unwrap();
    }
    let profiler = dhat::Profiler::builder().file_name("/tmp/dhat.cost").trim_backtraces(Some(30)).build();
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..10 {
                client.start(hello()).await.unwrap().output().await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    drop(profiler);
    runtime.shutdown().await.unwrap();
}
