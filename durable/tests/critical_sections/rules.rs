//! What may be locked, and what may be done meanwhile.

use std::time::Duration;

use durable::{Error, FailureKind, client::Handle, future::LocalBoxDurable, prelude::*};

use super::{
    ALL, Account, Audit, End, account, accounts, all_are_free, common::*, details, hold, is_held_by, keys, transfer,
};

#[activity]
async fn double(amount: i64) -> Result<i64> {
    Ok(2 * amount)
}

#[orchestrator]
async fn locks_everything(ctx: &mut Context) -> Result<i64> {
    let by_id = account("id");
    let two = [Account::at("x"), Account::at("y")];
    let many = accounts(&["v".to_owned(), "w".to_owned()]);
    let entities = (Audit::at("log"), two, many, by_id, (Account::at("one"),));
    let ((mut log, mut two, mut many, mut by_id, (mut one,)), section) = ctx.lock(entities).await?;
    let amount = section.call(double(21)).await?;
    section.timer(Duration::ZERO).await;
    let mut sum = one.add(amount).await?;
    for account in two.iter_mut().chain(&mut many) {
        sum += account.add(amount).await?;
    }
    sum += by_id.call::<i64>("add", &amount).await?;
    log.write(format!("{sum}")).await?;
    Ok(sum)
}

#[orchestrator]
async fn locks_one_twice(ctx: &mut Context) -> Result<i64> {
    let ((mut a, mut same), _section) = ctx.lock((Account::at("a"), Account::at("a"))).await?;
    a.add(1).await?;
    same.add(2).await
}

#[orchestrator]
async fn locks_nothing(ctx: &mut Context) -> Result<()> {
    let _locked = ctx.lock(Vec::<durable::EntityId>::new()).await?;
    Ok(())
}

#[orchestrator]
async fn locks_a_bad_key(ctx: &mut Context) -> Result<()> {
    let _locked = ctx.lock((Account::at("good"), Account::at("bad\nkey"))).await?;
    Ok(())
}

#[orchestrator]
async fn fails_halfway(ctx: &mut Context) -> Result<i64> {
    let ((mut a, mut b), _section) = ctx.lock((Account::at("a"), Account::at("b"))).await?;
    a.add(5).await?;
    b.withdraw(1).await
}

#[orchestrator]
async fn signals_inside(ctx: &mut Context, key: String) -> Result<()> {
    let (mut a, section) = ctx.lock(Account::at("a")).await?;
    section.signal(Audit::at("log").write("before".to_owned()));
    section.signal(Account::at(key).add(1));
    a.add(10).await?;
    Ok(())
}

#[orchestrator]
async fn calls_what_was_described_outside(ctx: &mut Context, began: bool) -> Result<i64> {
    let call = ctx.call(Account::at("other").balance());
    let mut call = call.into_future();
    if began {
        // It has been asked for when the section begins.
        drop(durable::race(&mut call, ctx.timer(Duration::from_secs(1))).await);
    }
    let (_a, _section) = ctx.lock(Account::at("a")).await?;
    call.await
}

/// Would hold the lock until the call has an answer, which waits for the lock.
#[orchestrator]
async fn waits_for_itself(ctx: &mut Context, lock_first: bool) -> Result<usize> {
    let call = ctx.call(Account::at("a").add(1));
    let lock = ctx.lock(Account::at("a"));
    let mut both: Vec<LocalBoxDurable<'_, Result<Option<_>>>> = vec![Box::pin(async move { call.await.map(|_| None) })];
    both.push(Box::pin(async move { lock.await.map(Some) }));
    if lock_first {
        both.reverse();
    }
    let ended: Result<Vec<_>> = durable::join_all(both).await.into_iter().collect();
    Ok(ended?.len())
}

#[orchestrator]
async fn awaits_a_child_inside(ctx: &mut Context) -> Result<i64> {
    let child = ctx.call(locks_one_twice());
    let (_a, _section) = ctx.lock(Account::at("a")).await?;
    child.await
}

#[orchestrator]
async fn locks_again_after_forgetting(ctx: &mut Context) -> Result<()> {
    let (a, section) = ctx.lock(Account::at("a")).await?;
    durable::assume_deterministic!(std::mem::forget((a, section)));
    let _locked = ctx.lock(Account::at("b")).await?;
    Ok(())
}

#[orchestrator]
async fn leaves_a_call_behind(ctx: &mut Context) -> Result<i64> {
    let (mut a, section) = ctx.lock(Account::at("a")).await?;
    section.event::<()>("go").await?;
    {
        let call = a.add(1).into_future();
        drop(durable::race(call, section.timer(Duration::ZERO)).await);
    }
    drop((a, section));
    ctx.call(Account::at("a").balance()).await
}

#[orchestrator]
async fn adds_slowly(ctx: &mut Context) -> Result<i64> {
    let (mut a, _section) = ctx.lock(Account::at("a")).await?;
    a.add_slowly(1).await?;
    a.add_slowly(1).await
}

#[orchestrator]
async fn two_sections(ctx: &mut Context) -> Result<i64> {
    for _ in 0..50 {
        let (mut a, _section) = ctx.lock(Account::at("a")).await?;
        a.add(1).await?;
    }
    ctx.signal(Account::at("a").add(100));
    ctx.call(Account::at("a").balance()).await
}

pub(crate) const RULES: Registry = registry![
    double,
    locks_everything,
    locks_one_twice,
    locks_nothing,
    locks_a_bad_key,
    fails_halfway,
    signals_inside,
    calls_what_was_described_outside,
    waits_for_itself,
    awaits_a_child_inside,
    locks_again_after_forgetting,
    leaves_a_call_behind,
    adds_slowly,
    two_sections,
];

async fn output<T: durable::model::Data>(handle: Handle<T, Error>) -> Result<T> {
    soon(handle.output()).await
}

/// How many messages have left the instance.
async fn asked(handle: &Handle<impl durable::model::Data, Error>) -> usize {
    let history = handle.history().await.unwrap();
    let events = history.iter().flat_map(|segment| &segment.events);
    events.filter(|event| event.is_asked_for()).count() - 1
}

#[tokio::test]
async fn a_transfer_moves_money_and_lets_both_accounts_go() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Account::at("a").add(10)).await.unwrap();
    let run = async |amount| output(client.start(transfer("a".into(), "b".into(), amount)).await.unwrap()).await;
    assert!(run(7).await.unwrap());
    assert!(!run(7).await.unwrap());
    assert_eq!(client.call(Account::at("a").balance()).await.unwrap(), 3);
    assert_eq!(client.call(Account::at("b").balance()).await.unwrap(), 7);
    all_are_free(&client).await;
}

#[tokio::test]
async fn tuples_arrays_vectors_and_ids_of_different_kinds_are_locked_together() {
    let world = world(ALL).await;
    let client = world.client();
    assert_eq!(output(client.start(locks_everything()).await.unwrap()).await.unwrap(), 6 * 42);
    assert_eq!(client.read(Audit::at("log")).await.unwrap().unwrap().lines, ["252"]);
    all_are_free(&client).await;
}

#[tokio::test]
async fn an_entity_that_is_named_twice_is_locked_once() {
    let world = world(ALL).await;
    assert_eq!(output(world.client().start(locks_one_twice()).await.unwrap()).await.unwrap(), 3);
    all_are_free(&world.client()).await;
}

#[tokio::test]
async fn an_empty_set_and_an_invalid_key_are_refused_before_anything_is_sent() {
    let world = world(ALL).await;
    let client = world.client();
    let nothing = client.start(locks_nothing()).await.unwrap();
    let error = soon(nothing.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    assert!(error.message().contains("at least one entity"), "{error}");
    assert_eq!(asked(&nothing).await, 0);
    let bad = client.start(locks_a_bad_key()).await.unwrap();
    let error = soon(bad.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidArgument);
    assert_eq!(asked(&bad).await, 0);
}

#[tokio::test]
async fn keys_that_differ_only_by_case_are_different_locks() {
    let world = world(ALL).await;
    let client = world.client();
    let lower = client.start(hold(keys(&["k"]), End::Return)).instance_id("lower").await.unwrap();
    is_held_by(&client, "k", "lower").await;
    client.start(hold(keys(&["K"]), End::Return)).instance_id("upper").await.unwrap();
    is_held_by(&client, "K", "upper").await;
    lower.raise("go", &()).await.unwrap();
    assert_eq!(output(lower).await.unwrap(), "returned");
}

#[tokio::test]
async fn what_others_ask_waits_for_the_end_and_reads_do_not() {
    let world = world(ALL).await;
    let client = world.client();
    client.call(Account::at("a").add(1)).await.unwrap();
    let held = client.start(hold(keys(&["a"]), End::Return)).instance_id("h").await.unwrap();
    is_held_by(&client, "a", "h").await;
    client.signal(Account::at("a").add(10)).await.unwrap();
    let caller = client.clone();
    let call = tokio::spawn(async move { caller.call(Account::at("a").add(100)).await });
    eventually(async || Ok(details(&client, "a").await.unwrap().backlog == 2)).await;
    assert_eq!(client.read(Account::at("a")).await.unwrap(), Some(Account { balance: 1 }));
    assert!(!call.is_finished());
    held.raise("go", &()).await.unwrap();
    assert_eq!(soon(call).await.unwrap().unwrap(), 111);
}

#[tokio::test]
async fn a_lock_is_no_transaction_what_was_done_before_a_failure_stays() {
    let world = world(ALL).await;
    let client = world.client();
    assert!(output(client.start(fails_halfway()).await.unwrap()).await.is_err());
    assert_eq!(client.read(Account::at("a")).await.unwrap(), Some(Account { balance: 5 }));
    assert_eq!(client.read(Account::at("b")).await.unwrap(), None);
    all_are_free(&client).await;
}

#[tokio::test]
async fn others_may_be_signaled_inside_and_the_locked_ones_may_not() {
    let world = world(ALL).await;
    let client = world.client();
    output(client.start(signals_inside("b".into())).await.unwrap()).await.unwrap();
    assert_eq!(client.read(Account::at("b")).await.unwrap(), Some(Account { balance: 1 }));
    let error = output(client.start(signals_inside("a".into())).await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Panicked);
    assert!(error.message().contains("`@Account@a` is locked by this critical section"), "{error}");
    // Only the first of the two was performed.
    assert_eq!(client.read(Account::at("a")).await.unwrap(), Some(Account { balance: 10 }));
    all_are_free(&client).await;
}

#[tokio::test]
async fn other_entities_and_children_are_not_awaited_inside_whenever_they_were_described() {
    let world = world(ALL).await;
    let client = world.client();
    let late = client.start(calls_what_was_described_outside(false)).await.unwrap();
    let error = soon(late.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert!(error.message().contains("the operation `balance` can't be awaited in a critical section"), "{error}");
    assert_eq!(asked(&late).await, 2, "the lock and its release");
    let child = client.start(awaits_a_child_inside()).await.unwrap();
    let error = soon(child.output()).await.unwrap_err();
    assert!(error.message().contains("the sub-orchestration `locks_one_twice` can't be awaited"), "{error}");
    all_are_free(&client).await;
}

#[tokio::test]
async fn an_orchestration_never_waits_for_itself() {
    let world = world(ALL).await;
    let client = world.client();
    for lock_first in [false, true] {
        let error = output(client.start(waits_for_itself(lock_first)).await.unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), FailureKind::InvalidState);
        all_are_free(&client).await;
    }
}

#[tokio::test]
async fn a_section_does_not_begin_while_another_entity_is_awaited() {
    let world = world(ALL).await;
    let client = world.client();
    let other = client.start(hold(keys(&["other"]), End::Return)).instance_id("h").await.unwrap();
    is_held_by(&client, "other", "h").await;
    let early = client.start(calls_what_was_described_outside(true)).await.unwrap();
    eventually(async || Ok(details(&client, "other").await.unwrap().backlog == 1)).await;
    world.clock.advance(Duration::from_secs(1));
    let error = soon(early.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert!(error.message().contains("a critical section can't begin while another entity"), "{error}");
    other.raise("go", &()).await.unwrap();
    output(other).await.unwrap();
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_second_section_is_refused_while_the_first_one_lasts_also_if_its_handles_were_forgotten() {
    let world = world(ALL).await;
    let client = world.client();
    let error = output(client.start(locks_again_after_forgetting()).await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::InvalidState);
    assert!(error.message().contains("lock all entities at once"), "{error}");
    all_are_free(&client).await;
}

#[tokio::test]
async fn a_call_that_was_not_awaited_is_performed_before_what_waited_outside() {
    let world = world(ALL).await;
    let client = world.client();
    let left = client.start(leaves_a_call_behind()).instance_id("l").await.unwrap();
    is_held_by(&client, "a", "l").await;
    left.raise("go", &()).await.unwrap();
    assert_eq!(output(left).await.unwrap(), 1);
    all_are_free(&client).await;
}

#[tokio::test]
async fn async_operations_are_performed_inside_one_after_the_other() {
    let world = world(ALL).await;
    assert_eq!(output(world.client().start(adds_slowly()).await.unwrap()).await.unwrap(), 2);
    all_are_free(&world.client()).await;
}

#[tokio::test]
async fn sections_follow_each_other_and_a_signal_after_them_is_not_delayed() {
    let world = world(ALL).await;
    assert_eq!(output(world.client().start(two_sections()).await.unwrap()).await.unwrap(), 150);
}
