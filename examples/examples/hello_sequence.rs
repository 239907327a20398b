//! Three activities, one after the other.
//!
//! `cargo run --example hello_sequence` prints `["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"]`. Afterwards
//! `sqlite3 hello_sequence.db 'select * from history'` shows what happened.

use durable::prelude::*;

#[activity]
async fn say_hello(city: String) -> Result<String> {
    Ok(format!("Hello, {city}!"))
}

#[orchestrator]
async fn hello_sequence(ctx: &Context) -> Result<Vec<String>> {
    let mut greetings = Vec::new();
    for city in ["Tokyo", "Seattle", "London"] {
        greetings.push(ctx.call(say_hello(city.into())).await?);
    }
    Ok(greetings)
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("hello_sequence"))
        .register(registry![hello_sequence, say_hello])
        .start()
        .await?;

    let handle = runtime.client().start(hello_sequence()).await?;
    println!("{:?}", handle.output().await?);

    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn a_crash_anywhere_changes_nothing() {
        let env = TestEnv::builder(registry![hello_sequence, say_hello]);
        crash_everywhere(env, async |env| {
            let greetings = env.start(hello_sequence()).await?.output().await?;
            assert_eq!(greetings, ["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"]);
            Ok(())
        })
        .await;
    }
}
