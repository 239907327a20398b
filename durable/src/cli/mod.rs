//! The command `durable`: shows and manages instances and entities, over HTTP or in a database file.
//!
//! ```text
//! cargo install durable --features cli
//! ```
//!
//! It speaks the [HTTP API](crate::http) in both cases, so that what it prints and how it ends are the same: with
//! `--url` (or `DURABLE_URL`) it asks the program that serves its API there, and with `--db` (or `DURABLE_DB`) it opens
//! the file and answers itself. Without either it asks `http://127.0.0.1:7071`.
//!
#![doc = include_str!("session.md")]

mod args;
mod ask;
mod backend;
mod bulk;
mod change;
mod database;
mod entity;
mod export;
mod failed;
mod filters;
mod follow;
mod get;
mod history;
mod input;
mod list;
mod output;
mod request;
mod serve;
mod start;
mod steps;
mod text;
mod times;
mod trace;
mod wait;
mod watch;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use clap::{CommandFactory, Parser};

use self::{
    args::{Cli, Command, Global},
    backend::Backend,
    failed::{Code, Failed},
    output::Output,
};

/// Where programs serve their API unless they are told otherwise.
const USUAL_URL: &str = "http://127.0.0.1:7071";

/// Runs the command with the arguments of the process, and says how it ended.
///
/// The exit codes are a promise: 0 done, 1 error, 2 wrong usage, 3 not found, 4 the orchestration failed or was
/// terminated (when waiting for it), 5 timed out, 6 the state does not allow it, 7 not allowed.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version are printed to the standard output, and are no error.
            drop(error.print());
            return if error.use_stderr() { Code::Usage.into() } else { Code::Done.into() };
        }
    };
    match run(cli) {
        Ok(code) => code.into(),
        Err(failed) => {
            if let Some(shown) = failed.shown() {
                drop(writeln!(io::stderr(), "{shown}"));
            }
            failed.code.into()
        }
    }
}

/// All that a command works with.
struct Desk {
    backend: Backend,
    out: Output,
    yes: bool,
    key: Option<String>,
}

fn run(Cli { global, command }: Cli) -> Result<Code, Failed> {
    let out = Output::new(&global);
    if let Command::Completions { shell } = command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "durable", &mut script);
        return out.print(&String::from_utf8_lossy(&script)).map(|()| Code::Done);
    }
    if matches!(command, Command::Man) {
        return out.print(&manual()?).map(|()| Code::Done);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failed::new(Code::Error, format!("no threads can be started: {error}")))?;
    let backend = backend(&global)?;
    let Global { yes, key, timeout, .. } = global;
    let desk = Desk { backend, out, yes, key };
    let done = runtime.block_on(async {
        let work = desk.run(command);
        let done = match timeout {
            None => work.await,
            Some(limit) => tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
                Err(Failed::new(Code::TimedOut, format!("it took longer than {}", times::short(limit))))
            }),
        };
        // However it went, the file is left in order.
        let released = desk.backend.release().await;
        done.and_then(|code| released.map(|()| code))
    });
    // Whoever was asked and has not answered is not waited for.
    runtime.shutdown_background();
    done
}

/// Who is to answer: what the arguments say, then what the environment says.
fn backend(global: &Global) -> Result<Backend, Failed> {
    if let Some(url) = &global.url {
        return Backend::network(url, global.key.clone());
    }
    if let Some(path) = &global.db {
        return Ok(Backend::file(path.clone()));
    }
    let of_environment = |name| env::var_os(name).filter(|value| !value.is_empty());
    match (of_environment("DURABLE_URL"), of_environment("DURABLE_DB")) {
        (Some(_), Some(_)) => {
            let message = "the environment has both DURABLE_URL and DURABLE_DB";
            Err(Failed::usage(message).advise("say which one is meant by --url or --db"))
        }
        (None, Some(path)) => Ok(Backend::file(path.into())),
        (Some(url), None) => Backend::network(&url.to_string_lossy(), global.key.clone()),
        (None, None) => Backend::network(USUAL_URL, global.key.clone()),
    }
}

impl Desk {
    async fn run(&self, command: Command) -> Result<Code, Failed> {
        match command {
            Command::Serve(args) => serve::serve(self, args).await,
            Command::Start(args) => start::start(self, args).await,
            Command::Restart(args) => start::restart(self, args).await,
            Command::List(args) => list::list(self, args).await,
            Command::Get(args) => get::get(self, args).await,
            Command::History(args) => history::history(self, args).await,
            Command::Trace(args) => trace::trace(self, args).await,
            Command::Wait(args) => wait::wait(self, args).await,
            Command::Event(args) => change::event(self, args).await,
            Command::Suspend(args) => change::change(self, "suspend", args, false).await,
            Command::Resume(args) => change::change(self, "resume", args, false).await,
            Command::Rewind(args) => change::change(self, "rewind", args, false).await,
            Command::Terminate(args) => change::change(self, "terminate", args.change, args.recursive).await,
            Command::Purge(args) => change::change(self, "purge", args.change, args.recursive).await,
            Command::Entity(args) => entity::entity(self, args).await,
            Command::Db(args) => database::database(self, args).await,
            // Done before there is a desk.
            Command::Completions { .. } | Command::Man => Ok(Code::Done),
        }
    }
}

/// The manual: a page for the command, followed by those of its subcommands.
fn manual() -> Result<String, Failed> {
    let mut pages = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut pages)?;
    for subcommand in command.get_subcommands() {
        let page = clap_mangen::Man::new(subcommand.clone());
        page.render_name_section(&mut pages)?;
        page.render_synopsis_section(&mut pages)?;
        page.render_description_section(&mut pages)?;
    }
    Ok(String::from_utf8_lossy(&pages).into_owned())
}
