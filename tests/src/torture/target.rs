//! The process that is killed: follows commands from standard input, and acknowledges on standard output what the
//! library has acknowledged.
//!
//! A command is a line `<number> <verb> ..`; the answer is `ack <number> ..` or `err <number> <kind> <message>`.

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    rc::Rc,
    time::{Duration, SystemTime},
};

use durable::{Client, EntityId, Error, FailureKind, IfExists, InstanceId, Payload, Result, Runtime};
use serde_json::json;
use tokio::{sync::mpsc, task::LocalSet};

use super::program::{self, Ledger};

/// How the target runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database.
    pub database: PathBuf,
    /// The ledger of its activities.
    pub ledger: PathBuf,
    /// How many instances stay in memory.
    pub memory: Option<usize>,
    /// After how many crashes an activity is given up; never if not given.
    pub max_crashes: Option<u32>,
    /// How long a shutdown waits for activities.
    pub grace: Option<Duration>,
}

impl Options {
    /// The options as arguments of the process.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut arguments =
            vec![format!("--database={}", self.database.display()), format!("--ledger={}", self.ledger.display())];
        arguments.extend(self.memory.map(|memory| format!("--memory={memory}")));
        arguments.extend(self.max_crashes.map(|crashes| format!("--max-crashes={crashes}")));
        arguments.extend(self.grace.map(|grace| format!("--grace-millis={}", grace.as_millis())));
        arguments
    }

    /// The options from the arguments of the process.
    ///
    /// # Errors
    ///
    /// An argument is unknown, or a needed one is missing.
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut database, mut ledger) = (None, None);
        let (mut memory, mut max_crashes, mut grace) = (None, None, None);
        for argument in arguments {
            match argument.split_once('=') {
                Some(("--database", path)) => database = Some(PathBuf::from(path)),
                Some(("--ledger", path)) => ledger = Some(PathBuf::from(path)),
                Some(("--memory", number)) => memory = Some(number.parse()?),
                Some(("--max-crashes", number)) => max_crashes = Some(number.parse()?),
                Some(("--grace-millis", number)) => grace = Some(Duration::from_millis(number.parse()?)),
                _ => return Err(Error::new(format!("unknown argument `{argument}`"))),
            }
        }
        let missing = || Error::new("`--database=..` and `--ledger=..` are needed");
        Ok(Self {
            database: database.ok_or_else(missing)?,
            ledger: ledger.ok_or_else(missing)?,
            memory,
            max_crashes,
            grace,
        })
    }
}

/// Runs until it is told to shut down, or standard input ends.
///
/// # Errors
///
/// The runtime does not start, or does not end in order.
pub fn run(options: &Options) -> Result<()> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    // Activities run on threads of their own. Commands are posted by one thread, so they are posted in their order.
    let background = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let runtime = background.block_on(start(options))?;
    let client = Rc::new(runtime.client());
    say("ready");
    let mut commands = commands_of_stdin();
    let foreground = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    let shutdown = tasks.block_on(&foreground, async {
        while let Some(line) = commands.recv().await {
            let Some((number, command)) = line.split_once(' ') else { continue };
            if command == "shutdown" {
                return Some(number.to_owned());
            }
            let (number, command, client) = (number.to_owned(), command.to_owned(), Rc::clone(&client));
            tokio::task::spawn_local(async move { answer(&number, follow(&client, &command).await) });
        }
        None
    });
    background.block_on(runtime.shutdown())?;
    if let Some(number) = shutdown {
        answer(&number, Ok(None));
    }
    // Blocking activities that outlast the grace period don't keep the process.
    background.shutdown_background();
    Ok(())
}

async fn start(options: &Options) -> Result<Runtime> {
    let mut builder = Runtime::builder()
        .sqlite(&options.database)
        .register(program::REGISTRY)
        .state(Ledger::open(&options.ledger)?)
        .max_restarts(options.max_crashes.unwrap_or(u32::MAX));
    if let Some(memory) = options.memory {
        builder = builder.max_instances_in_memory(memory);
    }
    if let Some(grace) = options.grace {
        builder = builder.grace_period(grace);
    }
    builder.start().await
}

fn commands_of_stdin() -> mpsc::UnboundedReceiver<String> {
    let (sender, commands) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    commands
}

async fn follow(client: &Client, command: &str) -> Result<Option<String>> {
    let mut words = command.split(' ');
    let mut word = || words.next().ok_or_else(|| Error::new(format!("`{command}` is too short")));
    match word()? {
        "start" => {
            let (id, delay, name) = (word()?, word()?, word()?);
            let input = Payload::from_json(words.collect::<Vec<_>>().join(" "))?;
            let mut start = client.start_named(name, input).instance_id(id).if_exists(IfExists::Attach);
            if let Some(time) = later(delay)? {
                start = start.at(time);
            }
            start.await?;
            Ok(None)
        }
        "event" => {
            let (id, number) = (InstanceId::new(word()?)?, word()?.parse::<u64>()?);
            client.raise_event(&id, "number", &number).await.map(|()| None)
        }
        "signal" => {
            let (key, operation, delay) = (word()?, word()?, word()?);
            let (entity, input) = (EntityId::new("Counter", key)?, argument(operation, word()?)?);
            let mut signal = client.signal_named(entity, operation, input);
            if let Some(time) = later(delay)? {
                signal = signal.at(time);
            }
            signal.await.map(|()| None)
        }
        "call" => {
            let (key, operation) = (word()?, word()?);
            let (entity, input) = (EntityId::new("Counter", key)?, argument(operation, word()?)?);
            let result = client.call_named(entity, operation, input).await?;
            Ok(Some(result.as_json().to_owned()))
        }
        "suspend" => client.suspend(&InstanceId::new(word()?)?, "to try it").await.map(|()| None),
        "resume" => client.resume(&InstanceId::new(word()?)?, "tried").await.map(|()| None),
        "terminate" => client.terminate(&InstanceId::new(word()?)?, "doomed").await.map(|()| None),
        "wait" => {
            let output: Payload = client.handle::<Payload, Error>(word()?)?.output().await?;
            Ok(Some(output.as_json().to_owned()))
        }
        unknown => Err(Error::new(format!("unknown command `{unknown}`"))),
    }
}

/// What the operation takes: the token, and where to relay it.
fn argument(operation: &str, token: &str) -> Result<Payload> {
    let json = if operation == "relay" { json!(["relayed", token]) } else { json!(token) };
    Ok(Payload::encode(&json)?)
}

#[expect(clippy::disallowed_methods, reason = "there is no durable time outside of an orchestration")]
fn later(millis: &str) -> Result<Option<SystemTime>> {
    let millis = millis.parse::<u64>()?;
    Ok((millis > 0).then(|| SystemTime::now() + Duration::from_millis(millis)))
}

fn answer(number: &str, result: Result<Option<String>>) {
    say(&match result {
        Ok(None) => format!("ack {number}"),
        Ok(Some(value)) => format!("ack {number} {value}"),
        Err(error) => err(number, &error),
    });
}

fn err(number: &str, error: &Error) -> String {
    let kind: FailureKind = error.kind();
    format!("err {number} {kind:?} {}", error.message().replace('\n', " "))
}

/// Prints a line at once. Who reads it may be gone.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    drop(out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()));
}
