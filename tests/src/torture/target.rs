//! The process that is killed: follows commands from standard input, and acknowledges on standard output what the
//! library has acknowledged.
//!
//! A command is a line `<number> <verb> ..`; the answer is `ack <number> ..` or `err <number> <kind> <message>`.

use std::{
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use durable::{Error, FailureKind, Registry, Result, Runtime};
use tokio::{sync::mpsc, task::LocalSet};

use super::{
    commands::follow,
    program::{self, Ledger},
};

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
    /// Which code it runs.
    pub code: Code,
    /// What `DURABLE_FAILPOINT` says to it.
    pub failpoint: Option<String>,
}

/// Which code a target runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Code {
    /// The program full of everything.
    #[default]
    Everything,
    /// The older of two versions.
    Old,
    /// The newer of two versions.
    New,
}

impl Code {
    const ALL: [(&str, Self); 3] = [("everything", Self::Everything), ("old", Self::Old), ("new", Self::New)];

    fn registry(self) -> Registry {
        match self {
            Self::Everything => program::REGISTRY,
            Self::Old => program::OLD,
            Self::New => program::NEW,
        }
    }
}

impl Options {
    /// A target with its files in that folder.
    pub fn within(directory: &Path) -> Self {
        Self {
            database: directory.join("torture.db"),
            ledger: directory.join("ledger.tsv"),
            memory: None,
            max_crashes: None,
            grace: None,
            code: Code::default(),
            failpoint: None,
        }
    }

    /// The options as arguments of the process.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut arguments =
            vec![format!("--database={}", self.database.display()), format!("--ledger={}", self.ledger.display())];
        arguments.extend(self.memory.map(|memory| format!("--memory={memory}")));
        arguments.extend(self.max_crashes.map(|crashes| format!("--max-crashes={crashes}")));
        arguments.extend(self.grace.map(|grace| format!("--grace-millis={}", grace.as_millis())));
        let code = Code::ALL.iter().filter(|(_, code)| *code == self.code && *code != Code::default());
        arguments.extend(code.map(|(name, _)| format!("--code={name}")));
        arguments
    }

    /// The options from the arguments of the process.
    ///
    /// # Errors
    ///
    /// An argument is unknown, or a needed one is missing.
    pub fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut database, mut ledger) = (None, None);
        let mut options = Self::within(Path::new(""));
        for argument in arguments {
            match argument.split_once('=') {
                Some(("--database", path)) => database = Some(PathBuf::from(path)),
                Some(("--ledger", path)) => ledger = Some(PathBuf::from(path)),
                Some(("--memory", number)) => options.memory = Some(number.parse()?),
                Some(("--max-crashes", number)) => options.max_crashes = Some(number.parse()?),
                Some(("--grace-millis", number)) => options.grace = Some(Duration::from_millis(number.parse()?)),
                Some(("--code", name)) => {
                    let code = Code::ALL.iter().find(|(known, _)| *known == name);
                    options.code = code.ok_or_else(|| Error::new(format!("unknown code `{name}`")))?.1;
                }
                _ => return Err(Error::new(format!("unknown argument `{argument}`"))),
            }
        }
        let missing = || Error::new("`--database=..` and `--ledger=..` are needed");
        let (database, ledger) = (database.ok_or_else(missing)?, ledger.ok_or_else(missing)?);
        Ok(Self { database, ledger, ..options })
    }
}

/// Runs until it is told to shut down, by a command or a signal, or standard input ends.
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
    let foreground = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    let asked = tasks.block_on(&foreground, async {
        let (mut commands, mut ends) = (commands_of_stdin(), Terminations::new()?);
        say("ready");
        loop {
            let line = tokio::select! {
                line = commands.recv() => line,
                () = ends.next() => None,
            };
            let Some(line) = line else { break };
            let Some((number, command)) = line.split_once(' ') else { continue };
            let (number, command, client) = (number.to_owned(), command.to_owned(), Rc::clone(&client));
            if command == "shutdown" {
                return runtime.shutdown().await.map(|()| Some(number));
            }
            tokio::task::spawn_local(async move { answer(&number, follow(&client, &command).await) });
        }
        // Those who have asked are still answered.
        runtime.shutdown().await.map(|()| None)
    })?;
    if let Some(number) = asked {
        answer(&number, Ok(None));
    }
    // Blocking activities that outlast the grace period don't keep the process.
    background.shutdown_background();
    Ok(())
}

/// What asks a process to end: SIGTERM where there are signals.
#[cfg(unix)]
struct Terminations(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Terminations {
    fn new() -> io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}

#[cfg(not(unix))]
struct Terminations;

#[cfg(not(unix))]
impl Terminations {
    #[expect(clippy::unnecessary_wraps, reason = "as where there are signals")]
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        std::future::pending().await
    }
}

async fn start(options: &Options) -> Result<Runtime> {
    let mut builder = Runtime::builder()
        .sqlite(&options.database)
        .register(options.code.registry())
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
