// good: an extension trait gives Context some methods of the team's own
use std::time::Duration;

use durable::{future::DurableFuture, prelude::*};

trait ContextExt {
    fn minutes(&self, minutes: u64) -> impl DurableFuture<Output = ()>;
    fn seconds_since(&self, earlier: Timestamp) -> u64;
    fn child_id(&self, name: &str, number: usize) -> String;
}

impl ContextExt for Context {
    fn minutes(&self, minutes: u64) -> impl DurableFuture<Output = ()> {
        self.timer(Duration::from_secs(60 * minutes))
    }

    fn seconds_since(&self, earlier: Timestamp) -> u64 {
        self.now().since(earlier).as_secs()
    }

    fn child_id(&self, name: &str, number: usize) -> String {
        format!("{}-{name}-{number}", self.instance_id())
    }
}

#[activity]
async fn cook(dish: String) -> Result<String> {
    Ok(format!("a plate of {dish}"))
}

#[orchestrator]
async fn course(ctx: &Context, dish: String) -> Result<String> {
    ctx.minutes(5).await;
    ctx.call(cook(dish)).await
}

#[orchestrator]
async fn dinner(ctx: &Context, dishes: Vec<String>) -> Result<(Vec<String>, u64)> {
    let began = ctx.now();
    let mut plates = Vec::new();
    for (number, dish) in dishes.into_iter().enumerate() {
        let call = ctx.call(course(dish)).instance_id(ctx.child_id("course", number));
        match durable::race(call, ctx.minutes(45)).await {
            Either::Left(plate) => plates.push(plate?),
            Either::Right(()) => plates.push("bread".to_owned()),
        }
    }
    Ok((plates, ctx.seconds_since(began)))
}
