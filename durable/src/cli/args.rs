//! What the command understands: options, subcommands, and their help.
#![expect(clippy::doc_markdown, reason = "these comments are printed as help")]

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::{
    filters::{EntityFilters, Filters},
    times::{self, TimeStyle},
};

/// Shows and manages durable orchestrations and entities.
///
/// It asks a running program by its HTTP API (--url), or opens a database file (--db); commands, output and exit codes
/// are the same either way.
#[derive(Debug, Parser)]
#[command(
    name = "durable",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = EXAMPLES
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  durable list --status Failed --since 1h      what failed within the last hour
  durable start order --id order-42 --input '{\"cents\":4200}' --wait
  durable trace order-42                       what it did, and how long it took
  durable --db app.db get order-42             the same without a running program
  durable rewind --name order --status Failed  all failed orders go on from before their failure

Exit codes:
  0 done   1 error   2 wrong usage   3 not found   4 the orchestration failed or was terminated
  5 timed out   6 the state does not allow it   7 not allowed: a key is missing or does not suffice";

/// What holds for all commands.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Asks the program that serves its API there (http://127.0.0.1:7071 if there is no database either) [env:
    /// DURABLE_URL]
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options", conflicts_with = "db")]
    pub(super) url: Option<String>,
    /// Opens this database file. What only reads works while a program has it open [env: DURABLE_DB]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub(super) db: Option<PathBuf>,
    /// The key for the API. Better given by the environment: others on this machine can see arguments
    #[arg(long, global = true, env = "DURABLE_KEY", hide_env_values = true, help_heading = "Global options")]
    pub(super) key: Option<String>,
    /// How to print: `table` on a terminal, `jsonl` otherwise
    #[arg(short, long, global = true, value_name = "FORMAT", help_heading = "Global options")]
    pub(super) output: Option<Format>,
    /// How to write times in tables
    #[arg(long, global = true, value_name = "STYLE", default_value = "relative", help_heading = "Global options")]
    pub(super) time: TimeStyle,
    /// When to use colors; the environment variable NO_COLOR is honored
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(super) color: When,
    /// Says nothing but results and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(super) quiet: bool,
    /// Does not ask before many are changed
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(super) yes: bool,
    /// Gives up after that time, such as 30s, 5m, 2h
    #[arg(long, global = true, value_name = "TIME", value_parser = times::duration, help_heading = "Global options")]
    pub(super) timeout: Option<Duration>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON document on each line
    Jsonl,
    /// Only ids, one on each line
    Id,
    /// Nothing
    None,
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serves the API over a database file, without the program
    #[command(after_help = "\
Examples:
  durable --db app.db serve                what is started waits for the program
  durable --db copy.db serve --read-only   a copy of the database of a program that is gone, or one that is in use")]
    Serve(Serve),
    /// Starts an orchestration
    #[command(after_help = "\
Examples:
  durable start order --input '{\"cents\":4200}'
  durable start order --id order-42 --input @order.json --tag team=a --wait --timeout 30s
  echo 42 | durable start order --input -")]
    Start(Start),
    /// Lists instances, the newest first
    #[command(
        visible_alias = "ls",
        after_help = "\
Examples:
  durable list --status Running --since 1h
  durable list --name order --tag team=a --limit 0 -o jsonl | jq .instanceId
  durable list --watch"
    )]
    List(List),
    /// Shows an instance: its state, input, output, and what it waits for
    Get(One),
    /// Shows what happened in an instance, event by event
    #[command(after_help = "\
Examples:
  durable history order-42 --follow
  durable history order-42 --export tests/histories/order.json   for durable::testing::replay")]
    History(History),
    /// Shows what an instance did and how long it took, as a tree with its children
    Trace(Trace),
    /// Waits until instances have ended
    #[command(after_help = "\
Examples:
  durable wait order-42 --timeout 30s && echo done
  durable wait order-41 order-42 --any")]
    Wait(Wait),
    /// Raises an event for an instance
    #[command(after_help = "\
Example:
  durable event order-42 approved --data '{\"by\":\"eve\"}'")]
    Event(RaiseEvent),
    /// Lets instances take no more turns until they are resumed
    #[command(after_help = "\
Examples:
  durable suspend order-42 --reason 'the bank is closed'
  durable suspend --name order   asks first; --yes does not")]
    Suspend(Change),
    /// Lets suspended instances take turns again
    Resume(Change),
    /// Ends instances from outside
    #[command(after_help = "\
Examples:
  durable terminate order-42 --reason 'the customer has left'
  durable terminate --name order --older-than 30d   asks first; --yes does not")]
    Terminate(Recursive),
    /// Lets failed instances go on from before their failure
    #[command(after_help = "\
Examples:
  durable rewind order-42 --dry-run   what would be done again
  durable rewind --status Failed --error-type Timeout --since 2h")]
    Rewind(Change),
    /// Starts an instance again with its input
    Restart(Restart),
    /// Removes instances that have ended, with their histories
    #[command(after_help = "\
Examples:
  durable purge order-42
  durable purge --status Completed --older-than 30d --dry-run")]
    Purge(Recursive),
    /// Lists, reads, signals, calls and deletes entities
    #[command(
        subcommand,
        after_help = "\
Examples:
  durable entity list Counter --key-prefix a
  durable entity get Counter cats
  durable entity call Counter cats add --input 3"
    )]
    Entity(Entity),
    /// Looks after a database file (only with --db)
    #[command(
        subcommand,
        after_help = "\
Examples:
  durable --db app.db db verify && echo sound
  durable --db app.db db backup copy.db"
    )]
    Db(Db),
    /// Prints completions for a shell
    #[command(after_help = "\
Example:
  durable completions bash > ~/.local/share/bash-completion/completions/durable")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page
    #[command(after_help = "\
Example:
  durable man > ~/.local/share/man/man1/durable.1")]
    Man,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7071")]
    pub(super) listen: SocketAddr,
    /// Changes nothing, and does not take the file from others
    #[arg(long)]
    pub(super) read_only: bool,
}

#[derive(Debug, Args)]
pub(super) struct Start {
    /// The orchestrator
    pub(super) name: String,
    /// The id of the instance; one that has ended is replaced. A new one is made if it is not given
    #[arg(long)]
    pub(super) id: Option<String>,
    /// The argument: JSON, @FILE with JSON, or - for JSON from the standard input
    #[arg(long, value_name = "JSON")]
    pub(super) input: Option<String>,
    /// A label; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::filters::label)]
    pub(super) tag: Vec<String>,
    /// The version that the orchestrator sees
    #[arg(long)]
    pub(super) version: Option<String>,
    /// Waits until it has ended; failing means exit code 4
    #[arg(long)]
    pub(super) wait: bool,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// At most that many; 0 for all
    #[arg(long, default_value_t = 50)]
    pub(super) limit: usize,
    /// The oldest first
    #[arg(long)]
    pub(super) oldest_first: bool,
    /// Goes on showing what changes
    #[arg(long)]
    pub(super) watch: bool,
    #[command(flatten)]
    pub(super) filters: Filters,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The instance
    pub(super) id: String,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// The instance
    pub(super) id: String,
    /// Goes on with what happens, until the instance has ended
    #[arg(long)]
    pub(super) follow: bool,
    /// Only what failed
    #[arg(long)]
    pub(super) failed: bool,
    /// Writes the history into a file that durable::testing can replay
    #[arg(long, value_name = "FILE", conflicts_with_all = ["follow", "failed"])]
    pub(super) export: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Trace {
    /// The instance
    pub(super) id: String,
    /// Goes on until the instance has ended
    #[arg(long)]
    pub(super) follow: bool,
    /// How many levels of children to show
    #[arg(long, default_value_t = 8)]
    pub(super) depth: usize,
}

#[derive(Debug, Args)]
pub(super) struct Wait {
    /// The instances
    #[arg(required = true, value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Until one of them has ended
    #[arg(long)]
    pub(super) any: bool,
}

#[derive(Debug, Args)]
pub(super) struct RaiseEvent {
    /// The instance
    pub(super) id: String,
    /// The name of the event
    pub(super) name: String,
    /// What it carries: JSON, @FILE with JSON, or - for JSON from the standard input
    #[arg(long, value_name = "JSON")]
    pub(super) data: Option<String>,
}

/// Which instances, and why; for what is done to one or to many.
#[derive(Debug, Args)]
pub(super) struct Change {
    /// The instances. Instead, the options below say which: then all that match are counted, and you are asked
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Why, for the history
    #[arg(long)]
    pub(super) reason: Option<String>,
    /// Only says what would be done
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) filters: Filters,
    /// Really all instances
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Recursive {
    /// Their children, too
    #[arg(long)]
    pub(super) recursive: bool,
    #[command(flatten)]
    pub(super) change: Change,
}

#[derive(Debug, Args)]
pub(super) struct Restart {
    /// The instance
    pub(super) id: String,
    /// Under the same id, which replaces what was
    #[arg(long)]
    pub(super) keep_id: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Entity {
    /// Lists entities by name and key
    #[command(visible_alias = "ls")]
    List(EntityFilters),
    /// Shows the state of an entity
    Get(EntityName),
    /// Sends an operation, and does not wait for it
    Signal(Operation),
    /// Performs an operation, and prints its result
    Call(Operation),
    /// Deletes an entity
    Delete(EntityName),
}

#[derive(Debug, Args)]
pub(super) struct EntityName {
    /// The name of the entity
    pub(super) name: String,
    /// Its key
    #[arg(default_value = "")]
    pub(super) key: String,
}

#[derive(Debug, Args)]
pub(super) struct Operation {
    /// The name of the entity
    pub(super) name: String,
    /// Its key
    pub(super) key: String,
    /// The operation
    #[arg(value_name = "OPERATION")]
    pub(super) op: String,
    /// The argument: JSON, @FILE with JSON, or - for JSON from the standard input
    #[arg(long, value_name = "JSON")]
    pub(super) input: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Db {
    /// Looks for damage, also while a program has the file open
    Verify,
    /// Shows sizes and counts
    Stats,
    /// Copies the database into a new file, also while a program has it open
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Gives unused space back; no program may have the file open
    Vacuum,
    /// Accepts all rows as they are, after some were changed by hand; no program may have the file open
    #[command(after_help = "\
Rows that were changed by other means than durable, such as the sqlite3 shell, count as damaged until then. But so do
rows that the disk has damaged: look at what `durable db verify` names first. It shows that too, and asks; --yes does not.")]
    RenewChecksums,
}
