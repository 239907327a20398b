//! The processes in which workloads run: this program once more, with a task as its argument and an answer as its output.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{ChildStdout, Command, Stdio},
};

use durable::{Error, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{curves::Spot, trial::Durability};

/// What a process is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Task {
    /// Which part it plays.
    pub(super) role: Role,
    /// How many units there are.
    pub(super) units: u64,
    /// What a commit survives.
    pub(super) durability: Durability,
    /// Where its files are.
    pub(super) directory: PathBuf,
}

/// Which part a process plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Role {
    /// Measures raw SQLite.
    Raw,
    /// Runs the workload of that name.
    Workload(String),
    /// Starts instances that wait, and ends in order.
    Sleepers,
    /// Starts instances that do not come to an end, and is killed.
    Victim,
    /// Runs what a point of a curve is about.
    Point(Spot),
    /// Fills a database with about that many bytes.
    Filler(u64),
}

impl Task {
    /// Reads the argument.
    ///
    /// # Errors
    ///
    /// It is not what [`Child::spawn`] gives.
    pub(super) fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::new(format!("`child` is not for people: {error}")))
    }
}

/// Another process of this program. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Child {
    process: std::process::Child,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// The operating system refuses.
    pub(super) fn spawn(task: &Task) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("child")
            .arg(serde_json::to_string(task)?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or_else(|| Error::new("a process has no output"))?;
        Ok(Self { process, output: BufReader::new(output) })
    }

    /// Waits for one line of output.
    ///
    /// # Errors
    ///
    /// It ends without.
    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.ends_with('\n') { Ok(line) } else { Err(Error::new("a process has ended without an answer")) }
    }

    /// Waits for its answer and its end.
    ///
    /// # Errors
    ///
    /// It fails; it has said why.
    pub(super) fn answer<T: DeserializeOwned>(mut self) -> Result<T> {
        let line = self.line()?;
        let status = self.process.wait()?;
        if !status.success() {
            return Err(Error::new(format!("a process has ended with {status}")));
        }
        Ok(serde_json::from_str(&line)?)
    }

    /// Kills it at once, as the operating system would, and waits until it is dead.
    ///
    /// # Errors
    ///
    /// The operating system refuses.
    pub(super) fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Answers whoever has started this process.
///
/// # Errors
///
/// Nobody listens.
pub(super) fn answer<T: Serialize>(value: &T) -> Result<()> {
    let mut line = serde_json::to_string(value)?;
    line.push('\n');
    let mut output = std::io::stdout().lock();
    output.write_all(line.as_bytes())?;
    Ok(output.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_survives_being_an_argument() {
        let task = Task {
            role: Role::Workload("hello alone".to_owned()),
            units: 5,
            durability: Durability::Relaxed,
            directory: "a \"b\"".into(),
        };
        assert_eq!(Task::from_json(&serde_json::to_string(&task).unwrap()).unwrap(), task);
    }
}
