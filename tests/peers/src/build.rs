//! Builds the programs of the frameworks, and runs them.
//!
//! They are programs of their own, because the SQLite of `durable` and that of the peers can't be linked into one; so
//! each run also begins with a process that remembers nothing.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    Result,
    contestant::Framework,
    job::{Job, Run},
};

/// A framework that is ready to run.
#[derive(Debug)]
pub struct Program {
    /// Which one.
    pub framework: Framework,
    /// Its version, as the lock file has it.
    pub version: String,
    executable: PathBuf,
}

impl Program {
    /// Builds it, with the release profile that all of them share.
    ///
    /// # Errors
    ///
    /// It does not compile; cargo has said why.
    pub fn build(framework: Framework) -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join(match framework {
            Framework::Durable => ".",
            Framework::Durare | Framework::Duroxide => "sqlx",
        });
        let package = format!("peers-{}", framework.name());
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--release", "--locked", "--message-format", "json-render-diagnostics"])
            // One package alone would have other features of what they share, and build it anew.
            .args(["--workspace", "--manifest-path"])
            .arg(workspace.join("Cargo.toml"))
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err(format!("{package} can't be built").into());
        }
        let executable = executable(&String::from_utf8(output.stdout)?, &package);
        let lock = std::fs::read_to_string(workspace.join("Cargo.lock"))?;
        Ok(Self {
            framework,
            version: version(&lock, framework.name()).unwrap_or_default(),
            executable: executable.ok_or_else(|| format!("{package} has no executable"))?,
        })
    }

    /// Runs one job in a process of its own. One that ends without an answer is a failed run, and not the end of all.
    pub fn run(&self, job: Job) -> Run {
        self.answer(job).unwrap_or_else(|error| Run::failed(job, error.to_string()))
    }

    fn answer(&self, job: Job) -> Result<Run> {
        let output = Command::new(&self.executable)
            .arg(serde_json::to_string(&job)?)
            // Only errors: a line for each retry would take time from the peer that retries.
            .env("RUST_LOG", "error")
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let answer = text.lines().rev().find_map(|line| serde_json::from_str(line).ok());
        answer.ok_or_else(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("{} without an answer: {}", output.status, error.trim()).into()
        })
    }
}

/// The executable of that name among the messages of cargo.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut named = messages.filter(|message| message.pointer("/target/name").is_some_and(|found| found == name));
    named.find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
}

/// The version of a package in a lock file.
fn version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    Some(lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{executable, version};

    #[test]
    fn the_executable_is_found_among_other_messages() {
        let messages = r#"{"target":{"name":"it"},"executable":null}
            not json
            {"target":{"name":"other"},"executable":"target/other"}
            {"target":{"name":"it"},"executable":"target/it"}
            {"reason":"build-finished"}"#;
        assert_eq!(executable(messages, "it").as_deref(), Some(Path::new("target/it")));
        assert_eq!(executable(messages, "none"), None);
    }

    #[test]
    fn the_version_is_that_of_the_package_of_exactly_that_name() {
        let lock = "[[package]]\nname = \"durare-macros\"\nversion = \"0.2.0\"\n\n\
                    [[package]]\nname = \"durare\"\nversion = \"0.5.0\"\n";
        assert_eq!(version(lock, "durare").as_deref(), Some("0.5.0"));
        assert_eq!(version(lock, "duroxide"), None);
    }
}
