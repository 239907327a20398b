//! The program whose histories are kept: it takes every kind of step. What is here must replay for ever, so it is never
//! changed, only added to.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use durable::{Either, Error, Registry, join_all, prelude::*, race, select_all};
use serde::{Deserialize, Serialize};

pub(crate) const PROGRAM: Registry = registry![
    Account,
    Audit,
    charge,
    note,
    third_time_lucky,
    slow,
    sequence,
    fan_out,
    timers,
    approval,
    family,
    grown_up,
    child,
    bookkeeping,
    transfer,
    rounds,
    patient,
    declined,
    panics,
    buy,
    shop,
    waiting,
    half_way,
    holding,
];

const MINUTE: Duration = Duration::from_secs(60);

/// An argument whose fields are in the order that its type has, and not in that of the alphabet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: u64,
    pub(crate) articles: Vec<String>,
    pub(crate) express: Option<bool>,
}

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Account {
    balance: i64,
}

#[entity]
impl Account {
    fn balance(&self) -> i64 {
        self.balance
    }

    fn add(&mut self, amount: i64) -> i64 {
        self.balance += amount;
        self.balance
    }

    fn withdraw(&mut self, amount: i64) -> Result<i64> {
        if self.balance < amount {
            return Err(Error::fatal("not enough"));
        }
        self.balance -= amount;
        Ok(self.balance)
    }
}

#[entity]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Audit {
    lines: Vec<String>,
}

#[entity]
impl Audit {
    fn write(&mut self, line: String) {
        self.lines.push(line);
    }
}

#[activity]
pub(crate) async fn charge(card: String, cents: u64) -> Result<String> {
    if card == "stolen" { Err(Error::fatal("the card is stolen")) } else { Ok(format!("{cents} from {card}")) }
}

#[activity]
pub(crate) async fn note(line: String) -> Result<usize> {
    Ok(line.len())
}

#[activity]
pub(crate) async fn third_time_lucky(ctx: &ActivityContext) -> Result<u32> {
    if ctx.attempt() < 3 { Err(Error::new("not yet")) } else { Ok(ctx.attempt()) }
}

#[activity]
pub(crate) async fn slow() -> Result<()> {
    std::future::pending().await
}

/// Whether the shop is open: closed while what is rewound later fails.
pub(crate) static OPEN: AtomicBool = AtomicBool::new(false);

#[activity]
pub(crate) async fn buy(article: String) -> Result<String> {
    if OPEN.load(Ordering::SeqCst) { Ok(article) } else { Err(Error::new("the shop is closed")) }
}

/// One after the other, with all that a replay has to repeat by itself: ids, random numbers, the time.
#[orchestrator]
pub(crate) async fn sequence(ctx: &Context, order: Order) -> Result<Vec<String>> {
    let mut receipts = Vec::new();
    for article in order.articles {
        ctx.set_status(&article);
        receipts.push(ctx.call(charge(article, order.number)).await?);
    }
    let mut rng = ctx.rng();
    let mut numbers = [1, 2, 3, 4, 5];
    rng.shuffle(&mut numbers);
    ctx.call(note(format!("{} {} {numbers:?} {}", ctx.new_uuid(), rng.below(1_000), ctx.now()))).await?;
    ctx.call(note(format!("{} {:.9}", ctx.new_uuid(), ctx.random()))).await?;
    Ok(receipts)
}

#[orchestrator]
pub(crate) async fn fan_out(ctx: &Context, width: u64) -> Result<usize> {
    let all = join_all((0..width).map(|n| ctx.call(charge(format!("card {n}"), n)))).await;
    let (a, b) = durable::try_join!(ctx.call(note("a".into())), ctx.call(note("bb".into())))?;
    let (first, _) = select_all((0..3).map(|n| ctx.call(note("x".repeat(n))))).await;
    let raced = match race(ctx.call(slow()), ctx.timer(MINUTE)).await {
        Either::Left(_) => 0,
        Either::Right(()) => 1,
    };
    Ok(all.len() + a + b + first + raced)
}

#[orchestrator]
pub(crate) async fn timers(ctx: &Context) -> Result<()> {
    ctx.timer(MINUTE).await;
    ctx.timer_at(ctx.now() + 90 * MINUTE).await;
    durable::join!(ctx.timer(MINUTE), ctx.timer(Duration::from_micros(1)), ctx.timer(2 * MINUTE));
    Ok(())
}

#[orchestrator]
pub(crate) async fn approval(ctx: &Context, order: Order) -> Result<String> {
    let who: String = ctx.event("approved").timeout(30 * MINUTE).await?;
    let second = ctx.event::<String>("approved").timeout(MINUTE).await;
    let late = second.is_err();
    ctx.call(note(format!("{} by {who}, alone: {late}", order.number))).await?;
    Ok(who)
}

#[orchestrator]
pub(crate) async fn child(ctx: &Context, fails: bool) -> Result<u64> {
    ctx.call(note("a child".into())).await?;
    if fails { Err(Error::fatal("the child fails")) } else { Ok(ctx.generation().into()) }
}

/// A child that waits for a letter of its parent.
#[orchestrator]
pub(crate) async fn grown_up(ctx: &Context) -> Result<String> {
    ctx.event("letter").await
}

#[orchestrator]
pub(crate) async fn family(ctx: &Context) -> Result<String> {
    ctx.call(child(false)).await?;
    let named = ctx.call(child(true)).instance_id("black-sheep").tag("color", "black").version("2").await;
    ctx.start(child(false).instance_id("left-alone"));
    ctx.start_at(child(false), ctx.now() + MINUTE);
    ctx.start(grown_up().instance_id("grown-up"));
    ctx.send_event("grown-up", "letter", "come home");
    ctx.send_event("nobody", "letter", &[1, 2]);
    let retried = ctx.call(child(true)).retry(Retry::fixed(2, MINUTE)).await;
    Ok(format!("{} {}", named.is_err(), retried.is_err()))
}

#[orchestrator]
pub(crate) async fn bookkeeping(ctx: &Context) -> Result<i64> {
    let alice = Account::at("alice");
    ctx.call(alice.add(10)).await?;
    let refused = ctx.call(alice.withdraw(1_000)).await.is_err();
    ctx.signal(Audit::at("2026").write(format!("refused: {refused}")));
    ctx.signal_at(Audit::at("2026").write("later".into()), ctx.now() + MINUTE);
    ctx.call(alice.balance()).timeout(MINUTE).await
}

#[orchestrator]
pub(crate) async fn transfer(ctx: &mut Context, amount: i64) -> Result<i64> {
    ctx.call(Account::at("carol").add(2 * amount)).await?;
    let rest = {
        let ((mut from, mut to), section) = ctx.lock((Account::at("carol"), Account::at("bob"))).await?;
        let rest = from.withdraw(amount).await?;
        section.call(note(format!("{rest} left"))).await?;
        section.signal(Audit::at("2026").write("transferred".into()));
        to.add(amount).await?;
        rest
    };
    ctx.call(note("the section has ended".into())).await?;
    Ok(rest)
}

/// Goes through three generations, and reads events that an earlier one was given.
#[orchestrator]
pub(crate) async fn rounds(ctx: &Context, round: u64) -> Result<u64> {
    ctx.call(note(format!("round {round} {}", ctx.new_uuid()))).await?;
    if round < 2 {
        return ctx.continue_as_new(rounds(round + 1)).await;
    }
    let word: String = ctx.event("word").await?;
    Ok(round + word.len() as u64)
}

#[orchestrator]
pub(crate) async fn patient(ctx: &Context) -> Result<u32> {
    let retry = Retry::exponential(5, MINUTE);
    let attempts = ctx.call(third_time_lucky()).retry(retry).timeout(30 * MINUTE).await?;
    ctx.call(slow()).timeout(Duration::from_millis(1)).await.err();
    Ok(attempts)
}

#[orchestrator]
pub(crate) async fn declined(ctx: &Context) -> Result<String> {
    ctx.call(charge("stolen".into(), 1)).await
}

#[orchestrator]
pub(crate) async fn panics(ctx: &Context, divisor: u64) -> Result<u64> {
    let length = ctx.call(note("four".into())).await?;
    Ok(length as u64 / divisor)
}

#[orchestrator]
pub(crate) async fn shop(ctx: &Context) -> Result<String> {
    ctx.call(note("a list".into())).await?;
    ctx.call(buy("bread".into())).await
}

#[orchestrator]
pub(crate) async fn waiting(ctx: &Context) -> Result<String> {
    ctx.call(note("before".into())).await?;
    let word: String = ctx.event("word").await?;
    ctx.call(note("behind".into())).await?;
    Ok(word)
}

/// Waits for one of everything: for databases that are left half-way.
#[orchestrator]
pub(crate) async fn half_way(ctx: &mut Context, order: Order) -> Result<String> {
    ctx.call(note("begun".into())).await?;
    ctx.timer(60 * MINUTE).await;
    let letter = ctx.call(grown_up().instance_id(format!("pen-pal-{}", order.number))).await?;
    let word: String = ctx.event("word").await?;
    let (mut account, _section) = ctx.lock(Account::at("dave")).await?;
    let balance = account.add(1).await?;
    Ok(format!("{letter} {word} {balance} {}", order.articles.len()))
}

/// Waits in a critical section.
#[orchestrator]
pub(crate) async fn holding(ctx: &mut Context) -> Result<i64> {
    let (mut account, section) = ctx.lock(Account::at("erin")).await?;
    let word: String = section.event("word").await?;
    account.add(i64::try_from(word.len())?).await
}
