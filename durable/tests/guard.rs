//! What a replay could not repeat is trapped while an orchestrator is polled, and nothing else is.
#![cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "orchestrators here do what they must not do")]

mod common;

use std::{
    backtrace::Backtrace,
    collections::HashMap,
    fmt, fs,
    io::{self, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    pin::Pin,
    process::{self, Command},
    sync::Once,
    thread,
    time::{Duration, Instant, SystemTime},
};

use common::{soon, world};
use durable::{FailureKind, Payload, model::ParkReason, prelude::*};
use serde::{Deserialize, Serialize};
use tracing::{
    Metadata, Subscriber,
    span::{Attributes, Id, Record},
};
use uuid::Uuid;

/// The message must tell what was done, the line of this file where it was done, and what to write instead.
#[track_caller]
fn check(message: &str, does: &str, line: &str, instead: &str) {
    let place = message.split("at tests/guard.rs:").nth(1).unwrap_or_else(|| panic!("no place: {message}"));
    let number: usize = place.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let found = include_str!("guard.rs").lines().nth(number - 1).unwrap();
    assert!(found.contains(line), "line {number} is `{found}`, not `{line}`: {message}");
    assert!(message.contains(does), "does not say `{does}`: {message}");
    assert!(message.contains(instead), "does not offer `{instead}`: {message}");
}

/// Runs an orchestrator that must be parked, and returns why.
async fn parked(registry: Registry, name: &str) -> String {
    let world = world(registry).await;
    let handle = world.client().start_named(name, Payload::null()).await.unwrap();
    let status = handle.status().await.unwrap();
    let parked = status.parked.unwrap_or_else(|| panic!("`{name}` is not parked: {:?}", status.status));
    assert_eq!(parked.reason, ParkReason::NotDurable);
    assert!(parked.message.starts_with(&format!("the orchestrator `{name}` ")), "{}", parked.message);
    parked.message
}

/// Runs an orchestrator that must come to its end.
async fn let_pass(registry: Registry, name: &str) {
    let world = world(registry).await;
    let handle = world.client().start_named(name, Payload::null()).await.unwrap();
    if let Some(parked) = handle.status().await.unwrap().parked {
        panic!("{parked}");
    }
    soon(handle.output()).await.unwrap();
}

// ---- what no compiler sees: code that is reached without a call that is written

struct Since;

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", SystemTime::now()) // shows the time
    }
}

#[orchestrator]
async fn shows(_ctx: &Context) -> Result<Vec<String>> {
    Ok([Since].iter().map(ToString::to_string).collect())
}

struct Comment(SystemTime);

impl From<&str> for Comment {
    fn from(_: &str) -> Self {
        Self(SystemTime::now()) // stamps the comment
    }
}

#[orchestrator]
async fn converts(_ctx: &Context) -> Result<bool> {
    let comments: [Comment; 1] = ["well"].map(Into::into);
    Ok(comments.iter().any(|comment| comment.0 == SystemTime::UNIX_EPOCH))
}

trait Clock {
    fn time(&self) -> SystemTime;
}

struct Wall;
struct Fixed;

impl Clock for Wall {
    fn time(&self) -> SystemTime {
        SystemTime::now() // looks at the wall
    }
}

impl Clock for Fixed {
    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

#[orchestrator]
async fn asks_an_object(ctx: &Context) -> Result<bool> {
    let clock: Box<dyn Clock> = if ctx.generation() > 0 { Box::new(Fixed) } else { Box::new(Wall) };
    Ok(clock.time() == SystemTime::UNIX_EPOCH)
}

#[derive(Serialize, Deserialize)]
struct Request {
    #[serde(default = "Uuid::now_v7")]
    id: Uuid,
}

#[orchestrator]
async fn reads_json(_ctx: &Context) -> Result<Uuid> {
    let request: Request = serde_json::from_str("{}")?;
    Ok(request.id)
}

#[tokio::test]
async fn code_that_is_reached_without_a_written_call_is_trapped() {
    let all = registry![shows, converts, asks_an_object, reads_json];
    check(&parked(all, "shows").await, "reads the clock", "// shows the time", "ctx.now()");
    check(&parked(all, "converts").await, "reads the clock", "// stamps the comment", "ctx.now()");
    check(&parked(all, "asks_an_object").await, "reads the clock", "// looks at the wall", "ctx.now()");
    let message = parked(all, "reads_json").await;
    assert!(message.contains("reads the clock"), "{message}");
}

// ---- foreign futures

#[orchestrator]
async fn awaits_a_channel(ctx: &Context) -> Result<()> {
    let mut timer = ctx.timer(Duration::from_secs(60));
    durable::assume_deterministic!({
        let (_sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let mut receiver = std::pin::pin!(receiver);
        std::future::poll_fn(|cx| {
            let _ = Pin::new(&mut timer).poll(cx);
            receiver.as_mut().poll(cx).map(drop) // awaits here
        })
        .await;
    });
    Ok(())
}

#[tokio::test]
async fn the_line_is_told_where_a_foreign_future_keeps_the_waker() {
    let message = parked(registry![awaits_a_channel], "awaits_a_channel").await;
    check(&message, "something that is not durable", "// awaits here", "ctx");
}

// ---- what is trapped

#[orchestrator]
async fn asks_for_the_time(_ctx: &Context) -> Result<()> {
    let _ = durable::assume_deterministic!(SystemTime::now());
    Ok(())
}

#[tokio::test]
async fn the_time_of_the_machine_is_trapped() {
    let message = parked(registry![asks_for_the_time], "asks_for_the_time").await;
    check(&message, "reads the clock (clock_gettime)", "SystemTime::now()", "`ctx.now()`");
}

#[orchestrator]
async fn takes_the_time(_ctx: &Context) -> Result<()> {
    let _ = durable::assume_deterministic!(Instant::now());
    Ok(())
}

#[tokio::test]
async fn the_monotonic_clock_is_trapped() {
    let message = parked(registry![takes_the_time], "takes_the_time").await;
    check(&message, "reads the clock (clock_gettime)", "Instant::now()", "`ctx.now()`");
}

#[orchestrator]
async fn makes_a_random_id(_ctx: &Context) -> Result<String> {
    let time = uuid::Timestamp::from_unix_time(1_700_000_000, 0, 0, 0);
    let id = durable::assume_deterministic!(Uuid::new_v7(time));
    Ok(id.to_string())
}

#[tokio::test]
async fn randomness_of_the_system_is_trapped_in_a_dependency() {
    let message = parked(registry![makes_a_random_id], "makes_a_random_id").await;
    check(&message, "draws random numbers (getrandom)", "Uuid::new_v7", "`ctx.new_uuid()`");
}

#[orchestrator]
async fn reads_a_file(_ctx: &Context) -> Result<usize> {
    let text = durable::assume_deterministic!(fs::read_to_string("Cargo.toml"))?;
    Ok(text.len())
}

#[tokio::test]
async fn reading_a_file_is_trapped_and_told_once() {
    let message = parked(registry![reads_a_file], "reads_a_file").await;
    check(&message, "opens a file (open64)", "fs::read_to_string", "an `#[activity]`");
    assert_eq!(message.matches("guard.rs").count(), 1, "{message}");
}

#[orchestrator]
async fn looks_for_a_file(_ctx: &Context) -> Result<bool> {
    Ok(durable::assume_deterministic!(std::path::Path::new("Cargo.toml").exists()))
}

#[tokio::test]
async fn looking_for_a_file_is_trapped() {
    let message = parked(registry![looks_for_a_file], "looks_for_a_file").await;
    check(&message, "looks at a file or folder (statx)", "exists()", "an `#[activity]`");
}

#[orchestrator]
async fn writes_to_a_pipe(_ctx: &Context) -> Result<()> {
    let (_reader, mut writer) = durable::assume_deterministic!(io::pipe()?);
    durable::assume_deterministic!(writer.write_all(b"x"))?;
    Ok(())
}

#[tokio::test]
async fn writing_to_what_is_open_already_is_trapped() {
    let message = parked(registry![writes_to_a_pipe], "writes_to_a_pipe").await;
    check(&message, "writes to a file or stream (write)", "write_all", "an `#[activity]`");
}

#[orchestrator]
async fn reads_the_environment(_ctx: &Context) -> Result<bool> {
    Ok(durable::assume_deterministic!(std::env::var("HOME").is_ok()))
}

#[tokio::test]
async fn the_environment_is_trapped() {
    let message = parked(registry![reads_the_environment], "reads_the_environment").await;
    check(&message, "reads the environment (getenv)", "env::var", "an argument");
}

#[orchestrator]
async fn asks_for_the_process_id(_ctx: &Context) -> Result<u32> {
    Ok(durable::assume_deterministic!(process::id()))
}

#[tokio::test]
async fn the_id_of_the_process_is_trapped() {
    let message = parked(registry![asks_for_the_process_id], "asks_for_the_process_id").await;
    check(&message, "asks for the id of the process (getpid)", "process::id", "an argument");
}

#[orchestrator]
async fn starts_a_thread(_ctx: &Context) -> Result<()> {
    let thread = durable::assume_deterministic!(thread::spawn(|| ()));
    thread.join().map_err(|_| Error::new("panicked"))
}

#[tokio::test]
async fn starting_a_thread_is_trapped() {
    let message = parked(registry![starts_a_thread], "starts_a_thread").await;
    check(&message, "starts a thread (pthread_create)", "thread::spawn", "an `#[activity]`");
}

#[orchestrator]
async fn starts_a_process(_ctx: &Context) -> Result<()> {
    let mut command = durable::assume_deterministic!(Command::new("true"));
    durable::assume_deterministic!(command.status())?;
    Ok(())
}

#[tokio::test]
async fn starting_a_process_is_trapped() {
    let message = parked(registry![starts_a_process], "starts_a_process").await;
    check(&message, "starts a process (posix_spawnp)", "command.status()", "an `#[activity]`");
}

#[orchestrator]
async fn sleeps(_ctx: &Context) -> Result<()> {
    durable::assume_deterministic!(thread::sleep(Duration::from_millis(1)));
    Ok(())
}

#[tokio::test]
async fn sleeping_is_trapped() {
    let message = parked(registry![sleeps], "sleeps").await;
    check(&message, "sleeps (", "thread::sleep", "`ctx.timer(..)`");
}

#[orchestrator]
async fn connects(_ctx: &Context) -> Result<bool> {
    Ok(durable::assume_deterministic!(TcpStream::connect(("127.0.0.1", 1)).is_ok()))
}

#[tokio::test]
async fn connecting_is_trapped() {
    let message = parked(registry![connects], "connects").await;
    check(&message, "uses the network (socket)", "TcpStream::connect", "an `#[activity]`");
}

#[orchestrator]
async fn resolves_a_name(_ctx: &Context) -> Result<bool> {
    Ok(durable::assume_deterministic!("localhost:80".to_socket_addrs().is_ok()))
}

#[tokio::test]
async fn resolving_a_name_is_trapped() {
    let message = parked(registry![resolves_a_name], "resolves_a_name").await;
    check(&message, "resolves the name of a host (getaddrinfo)", "to_socket_addrs", "an `#[activity]`");
}

// ---- where it is found

/// Reads the clock where no call can be seen.
struct Stamp(u32);

impl Drop for Stamp {
    fn drop(&mut self) {
        self.0 += u32::from(SystemTime::now() < SystemTime::UNIX_EPOCH); // in a destructor
    }
}

#[orchestrator]
async fn drops_a_stamp(_ctx: &Context) -> Result<()> {
    durable::assume_deterministic!(drop(Stamp(0)));
    Ok(())
}

#[tokio::test]
async fn the_place_is_the_line_that_calls_also_in_a_destructor() {
    let message = parked(registry![drops_a_stamp], "drops_a_stamp").await;
    check(&message, "reads the clock (clock_gettime)", "// in a destructor", "`ctx.now()`");
}

#[orchestrator]
async fn does_three_things(_ctx: &Context) -> Result<()> {
    for _ in 0..100_000 {
        let _ = durable::assume_deterministic!(SystemTime::now());
    }
    let _ = durable::assume_deterministic!(std::env::var("HOME"));
    let _ = durable::assume_deterministic!(Instant::now());
    Ok(())
}

#[tokio::test]
async fn all_that_was_done_is_told_each_place_once() {
    let message = parked(registry![does_three_things], "does_three_things").await;
    assert_eq!(message.matches("at tests/guard.rs:").count(), 3, "{message}");
    assert_eq!(message.matches("`ctx.now()`").count(), 1, "{message}");
    assert!(message.contains("an argument or an `#[activity]`"), "{message}");
}

#[orchestrator]
async fn panics_after_reading_the_clock(_ctx: &Context) -> Result<()> {
    let now = durable::assume_deterministic!(SystemTime::now());
    panic!("at {now:?}");
}

#[tokio::test]
async fn a_panic_does_not_hide_what_came_before() {
    let message = parked(registry![panics_after_reading_the_clock], "panics_after_reading_the_clock").await;
    check(
        &message,
        "reads the clock (clock_gettime)",
        "durable::assume_deterministic!(SystemTime::now())",
        "`ctx.now()`",
    );
}

mod deployed {
    use super::*;

    #[orchestrator(name = "deployed")]
    pub async fn before(ctx: &Context) -> Result<()> {
        ctx.event::<()>("go").await
    }

    #[orchestrator(name = "deployed")]
    pub async fn after(ctx: &Context) -> Result<()> {
        let _ = durable::assume_deterministic!(SystemTime::now()); // when it is replayed
        ctx.event::<()>("go").await
    }
}

#[tokio::test]
async fn a_replay_is_trapped_as_well_and_goes_on_with_mended_code() {
    let world = world(registry![deployed::before]).await;
    let handle = world.client().start(deployed::before()).instance_id("d").await.unwrap();
    assert_eq!(handle.status().await.unwrap().parked, None);

    let world = world.restart(registry![deployed::after]).await;
    let handle = world.client().handle::<(), Error>("d").unwrap();
    common::eventually(async || Ok(handle.status().await?.parked.is_some())).await;
    let parked = handle.status().await.unwrap().parked.unwrap();
    assert_eq!(parked.reason, ParkReason::NotDurable);
    check(&parked.message, "reads the clock (clock_gettime)", "// when it is replayed", "`ctx.now()`");

    let world = world.restart(registry![deployed::before]).await;
    let handle = world.client().handle::<(), Error>("d").unwrap();
    handle.raise("go", &()).await.unwrap();
    soon(handle.output()).await.unwrap();
}

// ---- what is let pass

#[orchestrator]
async fn uses_hash_maps(_ctx: &Context) -> Result<u32> {
    let map: HashMap<u32, u32> = durable::assume_deterministic!((0..1_000).map(|n| (n, n)).collect());
    Ok(map.values().sum())
}

#[tokio::test]
async fn the_seed_of_hash_maps_is_let_pass() {
    let_pass(registry![uses_hash_maps], "uses_hash_maps").await;
}

#[orchestrator]
async fn needs_memory(_ctx: &Context) -> Result<usize> {
    let blocks: Vec<Vec<u8>> = (0..40).map(|_| vec![1; 4 << 20]).collect();
    Ok(blocks.iter().map(Vec::len).sum())
}

#[tokio::test]
async fn large_allocations_are_let_pass() {
    let_pass(registry![needs_memory], "needs_memory").await;
}

/// Does what subscribers do: reads the clock, the environment, and writes to a file.
struct Diary;

impl Diary {
    fn write() {
        let line = format!("{:?} {:?} {}\n", SystemTime::now(), std::env::var("HOME"), process::id());
        fs::File::options().write(true).open("/dev/null").unwrap().write_all(line.as_bytes()).unwrap();
    }
}

impl Subscriber for Diary {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Self::write();
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {
        Self::write();
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        Self::write();
    }
    fn enter(&self, _: &Id) {
        Self::write();
    }
    fn exit(&self, _: &Id) {
        Self::write();
    }
    fn try_close(&self, _: Id) -> bool {
        Self::write();
        true
    }
}

/// For the whole process, as in a program.
fn keep_a_diary() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Diary).unwrap());
}

#[orchestrator]
async fn logs(_ctx: &Context) -> Result<()> {
    for n in 0..1_000 {
        tracing::info!(n, "counts");
    }
    Ok(())
}

#[orchestrator]
async fn logs_in_spans(_ctx: &Context) -> Result<()> {
    for n in 0..20 {
        let span = tracing::info_span!("round", n);
        span.in_scope(|| tracing::info!("counts"));
        span.record("n", 0);
    }
    Ok(())
}

#[orchestrator]
async fn logs_the_time(_ctx: &Context) -> Result<()> {
    durable::assume_deterministic!(tracing::info!(now = ?SystemTime::now(), "counts"));
    Ok(())
}

#[orchestrator]
async fn reads_the_clock_in_a_span(_ctx: &Context) -> Result<()> {
    tracing::info_span!("round").in_scope(|| {
        let _ = durable::assume_deterministic!(SystemTime::now());
    });
    Ok(())
}

#[tokio::test]
async fn what_subscribers_of_tracing_do_is_let_pass() {
    keep_a_diary();
    let_pass(registry![logs], "logs").await;
    let_pass(registry![logs_in_spans], "logs_in_spans").await;
}

#[tokio::test]
async fn what_is_done_beside_tracing_is_trapped() {
    keep_a_diary();
    let message = parked(registry![logs_the_time], "logs_the_time").await;
    check(&message, "reads the clock (clock_gettime)", "now = ?SystemTime::now()", "`ctx.now()`");
    let message = parked(registry![reads_the_clock_in_a_span], "reads_the_clock_in_a_span").await;
    check(&message, "reads the clock (clock_gettime)", "SystemTime::now()", "`ctx.now()`");
}

#[orchestrator]
async fn prints(_ctx: &Context) -> Result<()> {
    let (mut out, mut err) = durable::assume_deterministic!((io::stdout(), io::stderr()));
    durable::assume_deterministic!(writeln!(out, "a line"))?;
    durable::assume_deterministic!(writeln!(err, "a line"))?;
    out.flush()?;
    Ok(())
}

#[tokio::test]
async fn standard_output_and_standard_error_are_let_pass() {
    let_pass(registry![prints], "prints").await;
}

#[orchestrator]
async fn makes_errors_with_backtraces(_ctx: &Context) -> Result<usize> {
    let _ = durable::assume_deterministic!(Backtrace::capture());
    Ok(durable::assume_deterministic!(Backtrace::force_capture().to_string()).len())
}

#[tokio::test]
async fn backtraces_of_errors_are_let_pass() {
    let_pass(registry![makes_errors_with_backtraces], "makes_errors_with_backtraces").await;
}

#[orchestrator]
async fn panics(_ctx: &Context) -> Result<()> {
    panic!("on purpose");
}

#[tokio::test]
async fn a_panic_is_a_failure_as_ever() {
    let world = world(registry![panics]).await;
    let handle = world.client().start(panics()).await.unwrap();
    let error = soon(handle.output()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Panicked);
    assert_eq!(handle.status().await.unwrap().status, Status::Failed);
}

#[activity]
async fn reads_the_clock() -> Result<bool> {
    Ok(SystemTime::now() > SystemTime::UNIX_EPOCH)
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Counter {
    count: u32,
}

#[entity]
impl Counter {
    fn count(&mut self) -> bool {
        self.count += 1;
        SystemTime::now() > SystemTime::UNIX_EPOCH
    }
}

#[orchestrator]
async fn does_it_properly(ctx: &Context) -> Result<bool> {
    tracing::info!("begins");
    ctx.timer_at(ctx.now()).await;
    let id = ctx.new_uuid();
    ctx.set_status(&id);
    let counted = ctx.call(Counter::at(id.to_string()).count()).await?;
    let (first, second) = durable::join!(ctx.call(reads_the_clock()), ctx.call(reads_the_clock()));
    Ok(counted && first? && second? && ctx.random() < 1.0)
}

#[tokio::test]
async fn activities_and_entities_may_do_all_of_it() {
    keep_a_diary();
    let world = world(registry![does_it_properly, reads_the_clock, Counter]).await;
    let handle = world.client().start(does_it_properly()).await.unwrap();
    assert!(soon(handle.output()).await.unwrap());
}
