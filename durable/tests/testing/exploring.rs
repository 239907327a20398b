//! Orders of completion.

use std::{cell::RefCell, collections::BTreeSet, sync::Mutex};

use durable::{
    Result,
    prelude::*,
    testing::{TestEnv, explore},
};

use super::code::*;

#[deterministic]
async fn say(ctx: &Context, text: &str, said: &RefCell<String>) -> Result<()> {
    let text = ctx.call(echo(text.to_owned())).await?;
    said.borrow_mut().push_str(&text);
    Ok(())
}

#[orchestrator]
async fn in_order_of_arrival(ctx: &Context) -> Result<String> {
    let said = RefCell::new(String::new());
    durable::try_join_all(["a", "b", "c", "d"].map(|text| say(ctx, text, &said))).await?;
    Ok(said.into_inner())
}

#[orchestrator]
async fn hurries(ctx: &Context) -> Result<String> {
    Ok(match durable::race(ctx.call(echo("x".into())), ctx.timer(HOUR)).await {
        Either::Left(_) => "done".to_owned(),
        Either::Right(()) => "too late".to_owned(),
    })
}

const CODE: Registry = registry![echo, in_order_of_arrival, hurries];

#[tokio::test]
async fn every_order_of_completion_comes_once() {
    let orders = Mutex::new(Vec::new());
    let report = explore(TestEnv::builder(CODE).time_passes_by_itself(false))
        .run(async |env: &TestEnv| {
            let order = env.start(in_order_of_arrival()).await?.output().await?;
            orders.lock().unwrap().push(order);
            Ok(())
        })
        .await;
    let orders = orders.into_inner().unwrap();
    assert!(report.complete);
    assert_eq!(orders.len(), 24);
    assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), 24, "{orders:?}");
}

#[tokio::test]
async fn a_timer_may_come_before_a_result_that_is_there() {
    let seen = Mutex::new(BTreeSet::new());
    explore(TestEnv::builder(CODE))
        .run(async |env: &TestEnv| {
            let outcome = env.start(hurries()).await?.output().await?;
            seen.lock().unwrap().insert(outcome);
            Ok(())
        })
        .await;
    assert_eq!(seen.into_inner().unwrap(), BTreeSet::from(["done".to_owned(), "too late".to_owned()]));
}

#[tokio::test]
async fn when_there_are_too_many_orders_half_are_random() {
    let orders = Mutex::new(BTreeSet::new());
    let report = explore(TestEnv::builder(CODE).time_passes_by_itself(false))
        .schedules(20)
        .run(async |env: &TestEnv| {
            let order = env.start(in_order_of_arrival()).await?.output().await?;
            orders.lock().unwrap().insert(order);
            Ok(())
        })
        .await;
    assert!(!report.complete);
    assert_eq!(report.schedules, 20);
    assert!(orders.into_inner().unwrap().len() > 12, "ten in order, and others");
}

#[tokio::test]
#[should_panic(expected = "with the choices [0, 0, 1]")]
async fn a_failure_names_its_schedule() {
    explore(TestEnv::builder(CODE).time_passes_by_itself(false))
        .run(async |env: &TestEnv| {
            let order = env.start(in_order_of_arrival()).await?.output().await?;
            assert_ne!(order, "abdc");
            Ok(())
        })
        .await;
}
