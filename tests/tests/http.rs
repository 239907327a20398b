//! The session of the README, as a user types it.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{path::Path, process::Command};

use durable_tests::example::Server;

const TIME: &str = "2026-11-21T12:00:00Z";

#[test]
fn the_session_of_the_readme_is_what_curl_shows() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no `curl`");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("counter", directory.path());
    let api = format!("http://{}/runtime/webhooks/durabletask", server.address());
    for (command, expected) in session() {
        let output = Command::new("sh").args(["-c", &command]).env("api", &api).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert_eq!(with_one_time(shown.trim_end()), expected, "{command}");
    }
}

/// The commands of the first session in the README, and what each shows.
fn session() -> Vec<(String, String)> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, session) = readme.split_once("```console\n").unwrap();
    let (session, _) = session.split_once("```").unwrap();
    let commands = session.strip_prefix("$ ").unwrap().split("\n$ ");
    commands
        .map(|command| command.split_once('\n').unwrap())
        .map(|(a, b)| (a.to_owned(), b.trim_end().to_owned()))
        .collect()
}

/// All times replaced by the one in the README.
fn with_one_time(text: &str) -> String {
    let mut text = text.to_owned();
    for at in 0..text.len().saturating_sub(TIME.len() - 1) {
        let is_time = |part: &str| {
            part.bytes().zip(TIME.bytes()).all(|(a, b)| a == b || (a.is_ascii_digit() && b.is_ascii_digit()))
        };
        if text.get(at..at + TIME.len()).is_some_and(is_time) {
            text.replace_range(at..at + TIME.len(), TIME);
        }
    }
    text
}
