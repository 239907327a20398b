//! A program with a database, and the command that is run on it.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use durable::{client::Handle, http::Api, prelude::*};
use expect_test::Expect;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("short of {missing}")]
pub(crate) struct Overdrawn {
    missing: u64,
}

#[activity]
async fn charge(cents: u64) -> Result<String, Overdrawn> {
    if cents > 5_000 {
        return Err(Overdrawn { missing: cents - 5_000 });
    }
    Ok(format!("charged {cents}"))
}

/// Charges, and waits to be approved.
#[orchestrator]
async fn order(ctx: &Context, cents: u64) -> Result<String> {
    let receipt = ctx.call(charge(cents)).await?;
    ctx.set_status("charged");
    ctx.event::<serde_json::Value>("approved").await?;
    Ok(receipt)
}

#[orchestrator]
async fn echo(ctx: &Context, text: serde_json::Value) -> Result<serde_json::Value> {
    ctx.set_status(&text);
    Ok(text)
}

/// Tries twice, with a child and an entity beside.
#[orchestrator]
async fn family(ctx: &Context) -> Result<u64> {
    ctx.call(echo(serde_json::json!("child")).instance_id("family-child")).await?;
    ctx.signal(Counter::at("a").add(1));
    let total = ctx.call(Counter::at("a").add(4)).await?;
    let retry = Retry::fixed(2, std::time::Duration::from_millis(1));
    ctx.call(charge(5_004)).retry(retry).await.ok();
    Ok(total)
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Counter(u64);

#[entity]
impl Counter {
    fn add(&mut self, amount: u64) -> Result<u64> {
        if amount > 100 {
            return Err(Error::new("too much at once"));
        }
        self.0 += amount;
        Ok(self.0)
    }
}

pub(crate) const PROGRAM: Registry = registry![order, echo, family, charge, Counter];

/// A program, which runs or not, and its database.
pub(crate) struct World {
    pub(crate) directory: TempDir,
    program: Option<Program>,
}

struct Program {
    runtime: Runtime,
    url: String,
    end: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// The same program twice: one that runs, and one that has ended. Changes have to look the same on both.
pub(crate) struct Pair {
    pub(crate) running: World,
    pub(crate) stopped: World,
}

pub(crate) async fn pair() -> Pair {
    let (running, mut stopped) = (world().await, world().await);
    running.populate().await;
    stopped.populate().await;
    stopped.stop().await;
    Pair { running, stopped }
}

impl Pair {
    /// The address of the one and the file of the other give the same: what is expected.
    #[track_caller]
    pub(crate) fn both(&self, arguments: &str, code: i32, expected: &Expect) {
        let (url, db) = (self.running.url(arguments), self.stopped.db(arguments));
        let all = |run: &Run| (run.code, normal(&run.out), normal(&run.err));
        assert_eq!(all(&url), all(&db), "{arguments}");
        url.is(code, expected);
    }
}

/// What a run of the command gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) async fn world() -> World {
    let mut world = World { directory: tempfile::tempdir().unwrap(), program: None };
    world.start(|api| api).await;
    world
}

impl World {
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("app.db")
    }

    /// Starts the program.
    pub(crate) async fn start(&mut self, settings: impl FnOnce(Api) -> Api) {
        let runtime = Runtime::builder().sqlite(self.file()).register(PROGRAM).start().await.unwrap();
        // From now on, changes are remembered.
        drop(runtime.client().changes().unwrap());
        let api = settings(Api::new(runtime.client()));
        let server = api.bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let (url, (end, ended)) = (format!("http://{}", server.local_addr()), oneshot::channel());
        let server = tokio::spawn(server.run_until(async { drop(ended.await) }));
        self.program = Some(Program { runtime, url, end, server });
    }

    /// Ends the program in order.
    pub(crate) async fn stop(&mut self) {
        let Program { runtime, end, server, .. } = self.program.take().unwrap();
        end.send(()).unwrap();
        server.await.unwrap();
        runtime.shutdown().await.unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        self.program.as_ref().unwrap().runtime.client()
    }

    pub(crate) fn address(&self) -> &str {
        &self.program.as_ref().unwrap().url
    }

    /// Instances in all kinds of states: `done`, `broken`, `open`, and `family` with its child.
    pub(crate) async fn populate(&self) {
        let client = self.client();
        let handle: Handle = client.start_named("echo", payload("done")).instance_id("done").await.unwrap();
        handle.output().await.unwrap();
        client.start(order(5_004)).instance_id("broken").await.unwrap().output().await.unwrap_err();
        client.start(family()).instance_id("family").await.unwrap().output().await.unwrap();
        let open = client.start(order(42)).instance_id("open").version("2").tag("team", "a").await.unwrap();
        self.charged(open.id()).await;
    }

    /// Waits until an order waits to be approved.
    pub(crate) async fn charged(&self, id: &InstanceId) {
        let client = self.client();
        let mut changes = client.changes().unwrap();
        while client.status(id).await.unwrap().unwrap().custom_status.is_none() {
            changes.next().await.unwrap();
        }
    }

    /// Runs the command on the address of the program.
    pub(crate) fn url(&self, arguments: &str) -> Run {
        self.run(&format!("--url {} {arguments}", self.address()))
    }

    /// Runs the command on the file.
    pub(crate) fn db(&self, arguments: &str) -> Run {
        self.run(&format!("--db app.db {arguments}"))
    }

    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// The command with its arguments, which spaces separate.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_durable"));
        command.args(arguments.split_whitespace()).current_dir(self.directory.path()).stdin(Stdio::null());
        for name in ["DURABLE_URL", "DURABLE_DB", "DURABLE_KEY"] {
            command.env_remove(name);
        }
        command
    }

    /// Both doors give the same: what is expected.
    #[track_caller]
    pub(crate) fn both(&self, arguments: &str, code: i32, expected: &Expect) {
        let (url, db) = (self.url(arguments), self.db(arguments));
        assert_eq!(url, db, "{arguments}");
        url.is(code, expected);
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// Compares all that was printed, with times and generated ids replaced.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, expected: &Expect) {
        assert_eq!(self.code, code, "{self:?}");
        expected.assert_eq(&normal(&format!("{}{}", self.out, self.err)));
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

fn payload(text: &str) -> durable::Payload {
    durable::Payload::encode(text).unwrap()
}

/// With `TIME` for times, `UUID` for generated ids, `TOOK` for durations, and what depends on them made even.
fn normal(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.push(String::new());
    lines.join("\n")
}

fn line(line: &str) -> String {
    let end = |c: char| !(c.is_alphanumeric() || "-:.µ…".contains(c));
    let mut normal = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let length = rest.find(end).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        normal.push_str(&replaced(word));
        let separators = after.find(|c| !end(c)).unwrap_or(after.len());
        let (between, after) = after.split_at(separators);
        normal.push_str(&between.replace(['█', '·'], "="));
        rest = after;
    }
    // What was aligned is not any more.
    let is_aligned = ["TIME", "TOOK", "UUID", "PORT"].iter().any(|word| normal.contains(word));
    if is_aligned && !normal.trim_start().starts_with(['{', '"']) {
        return normal.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    normal
}

fn replaced(word: &str) -> String {
    if word.parse::<Timestamp>().is_ok() {
        return "TIME".to_owned();
    }
    if word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
        return "UUID".to_owned();
    }
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if word.split_once('.').is_some_and(|(whole, part)| whole.len() == 10 && is_digits(whole) && is_digits(part)) {
        return "TIME".to_owned();
    }
    let hex = word.trim_end_matches('.');
    if hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return word.replace(hex, "HEX");
    }
    if word == "localhost" {
        return "127.0.0.1:PORT".to_owned();
    }
    if let Some(port) = word.strip_prefix("127.0.0.1:")
        && port.parse::<u16>().is_ok()
    {
        return "127.0.0.1:PORT".to_owned();
    }
    let number = word.trim_end_matches('…').trim_end_matches(char::is_alphabetic);
    let unit = word.trim_end_matches('…').trim_start_matches(number);
    if ["µs", "ms", "s"].contains(&unit) && number.parse::<f64>().is_ok() {
        return "TOOK".to_owned();
    }
    word.to_owned()
}
