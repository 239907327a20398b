//! Whatever is asked, the HTTP API answers as `openapi.json` says: requests made up by Schemathesis from that document.
//!
//! Skipped unless there is a program `schemathesis` (`pip install schemathesis`). `DURABLE_FUZZ_EXAMPLES=200` makes up more, and
//! `DURABLE_SEED=2` others.

use std::{fs, process::Command};

use durable_tests::example::Server;

/// What every answer must fit. That no status is 500 is not asked for: some are documented.
const CHECKS: &str =
    "status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// Mostly names, ids and keys that exist, so that most requests get past the first check.
const KNOWN: &str = r#"
[dictionaries]
orchestrators = { values = ["hello_sequence", "HELLO_SEQUENCE"] }
ids = { values = ["one", "two", "three", "@Counter@cats"] }
entities = { values = ["Counter", "COUNTER"] }
keys = { values = ["cats", "dogs", "$"] }
operations = { values = ["add", "reset", "delete"] }

[parameters]
"path.name" = { dictionary = "orchestrators", probability = 0.9 }
"path.id" = { dictionary = "ids", probability = 0.9 }

[[operations]]
include-path-regex = "^/entities/"

[operations.parameters]
"path.name" = { dictionary = "entities", probability = 0.9 }
"path.key" = { dictionary = "keys", probability = 0.9 }
"query.op" = { dictionary = "operations", probability = 0.8 }
"#;

#[test]
fn every_answer_is_one_that_the_document_describes() {
    if Command::new("schemathesis").arg("--version").output().is_err() {
        println!("skipped: there is no `schemathesis`");
        return;
    }
    let examples = std::env::var("DURABLE_FUZZ_EXAMPLES").unwrap_or_else(|_| "10".to_owned());
    // The same requests each time, so that a build fails because of what it changes.
    let seed = std::env::var("DURABLE_SEED").unwrap_or_else(|_| "1".to_owned());
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("known.toml"), KNOWN).unwrap();
    let server = Server::start("counter", directory.path());
    let document = format!("http://{}/runtime/webhooks/durabletask/openapi.json", server.address());
    let output = Command::new("schemathesis")
        .args(["--config-file", "known.toml", "run", &document, "--phases", "coverage,fuzzing,stateful"])
        .args(["--checks", CHECKS, "--continue-on-failure", "--max-examples", &examples, "--seed", &seed])
        // A stream of changes has no end.
        .args(["--request-timeout", "60", "--exclude-path", "/changes"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(server.example.terminate().success());
}
