//! The command `durable`, run as a process: each command with what it prints and how it ends, on a URL and on a file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::needless_raw_string_hashes, reason = "`UPDATE_EXPECT=1` writes them so")]
#![allow(clippy::too_many_lines, reason = "most are what is expected")]

mod bulk;
mod changes;
mod database;
mod ends;
mod help;
mod hostile;
mod pages;
mod reads;
#[cfg(unix)]
mod terminal;
mod world;
