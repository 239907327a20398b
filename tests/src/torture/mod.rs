//! A torture: starts a program, gives it work, kills it again and again, and checks that nothing was lost, doubled or
//! torn.
//!
//! `cargo run --release -p durable-tests --bin torture -- --kills 300 --seed 1` runs it; the same binary with the
//! argument `target` is the program that is killed. Between two lives of the target the database is looked into for what
//! was acknowledged in the last one (`audit`); in the end all is compared with all that is known (`check`).

mod audit;
mod check;
mod commands;
mod dialogue;
mod driver;
mod failpoints;
mod finish;
mod instance;
mod lane;
mod lives;
mod plan;
pub mod process;
pub mod program;
mod random;
mod scratch;
mod summary;
pub mod target;
mod work;

use std::fmt;

pub use driver::{Settings, run};
pub use process::Process;
pub use random::Random;
pub use scratch::Scratch;
pub use summary::Summary;

/// What was promised and not kept.
#[derive(Debug)]
pub struct Violations(pub Vec<String>);

impl Violations {
    fn one(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 30;
        for violation in self.0.iter().take(SHOWN) {
            writeln!(f, "VIOLATED: {violation}")?;
        }
        let more = self.0.len().saturating_sub(SHOWN);
        if more > 0 { writeln!(f, "and {more} more") } else { Ok(()) }
    }
}

impl From<std::io::Error> for Violations {
    fn from(error: std::io::Error) -> Self {
        Self::one(format!("the driver failed: {error}"))
    }
}

impl From<rusqlite::Error> for Violations {
    fn from(error: rusqlite::Error) -> Self {
        Self::one(format!("the database can't be read with SQLite: {error}"))
    }
}

impl From<durable::Error> for Violations {
    fn from(error: durable::Error) -> Self {
        Self::one(format!("the database can't be read: {error:?}"))
    }
}
