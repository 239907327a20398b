// good: the attributes are renamed or written with their full path, and nothing comes from the prelude
use std::{result, time};

use durable::{Either as First, Error as Failed, activity as step, deterministic as pure};

#[step]
async fn fetch(key: String) -> durable::Result<Option<u64>> {
    Ok(key.parse().ok())
}

#[pure]
fn clamp(value: u64) -> u64 {
    value.clamp(1, 100)
}

#[durable::deterministic]
async fn fetched(context: &durable::Context, key: &str) -> result::Result<u64, Failed> {
    let value = context.call(fetch(key.to_owned())).await?;
    value.map(clamp).ok_or_else(|| Failed::new(format_args!("`{key}` is no number")))
}

#[durable::orchestrator]
async fn fetch_two(context: &durable::Context, a: String, b: String) -> result::Result<u64, durable::Error> {
    let minute = time::Duration::from_secs(60);
    let both = async { durable::try_join!(fetched(context, &a), fetched(context, &b)) };
    match durable::race(both, context.timer(minute)).await {
        First::Left(both) => both.map(|(a, b)| a * b),
        First::Right(()) => Err(Failed::fatal("too slow")),
    }
}
