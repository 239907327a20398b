//! Every example does what its first lines say, also the second time on the same database.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{ops::RangeInclusive, path::Path, thread, time::Duration};

use durable_tests::{
    example::{Example, Server, check_answer},
    torture::process::pause,
};
use rusqlite::{Connection, OpenFlags, types::ValueRef};
use serde_json::{Value, json};

const GREETINGS: &str = r#"["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"]"#;

#[track_caller]
fn check(name: &str, directory: &Path, expected: &[&str]) {
    assert_eq!(Example::start(name, directory).output(), expected);
}

#[test]
fn hello_sequence_greets_three_cities_and_leaves_a_history_that_people_can_read() {
    let directory = tempfile::tempdir().unwrap();
    check("hello_sequence", directory.path(), &[GREETINGS]);

    let instances = "SELECT name, status, input, output, coalesce(failure, '-') FROM instances";
    let greetings = r#"["Hello, Tokyo!","Hello, Seattle!","Hello, London!"]"#;
    let expected = [format!("hello_sequence | Completed | null | {greetings} | -")];
    assert_eq!(rows(directory.path(), instances), expected);

    let history = "SELECT sequence, type, coalesce(name, '-'), coalesce(task, '-'), payload FROM history";
    let expected = [
        "0 | ExecutionStarted | hello_sequence | - | null".to_owned(),
        r#"1 | TaskScheduled | say_hello | 0 | "Tokyo""#.to_owned(),
        r#"2 | TaskCompleted | - | 0 | "Hello, Tokyo!""#.to_owned(),
        r#"3 | TaskScheduled | say_hello | 1 | "Seattle""#.to_owned(),
        r#"4 | TaskCompleted | - | 1 | "Hello, Seattle!""#.to_owned(),
        r#"5 | TaskScheduled | say_hello | 2 | "London""#.to_owned(),
        r#"6 | TaskCompleted | - | 2 | "Hello, London!""#.to_owned(),
        format!("7 | ExecutionCompleted | - | - | {greetings}"),
    ];
    assert_eq!(rows(directory.path(), history), expected);

    check("hello_sequence", directory.path(), &[GREETINGS]);
    assert_eq!(rows(directory.path(), "SELECT status FROM instances"), ["Completed", "Completed"]);
}

#[test]
fn fan_out_adds_a_thousand_squares() {
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let printed = Example::start("fan_out", directory.path()).output();
        let [line] = &*printed else { panic!("expected one line, not {printed:?}") };
        assert!(line.starts_with("1² + 2² + … + 1000² = 333833500, in "), "{line}");
    }
    let squares = "SELECT count(*) FROM history WHERE name = 'square' GROUP BY instance";
    assert_eq!(rows(directory.path(), squares), ["1000", "1000"]);
}

#[test]
fn approval_ends_with_a_decision_or_with_an_escalation() {
    let directory = tempfile::tempdir().unwrap();
    let expected =
        ["a laptop: approved by Ada", "a printer: nobody decided within 72 hours, escalated to the head of department"];
    check("approval", directory.path(), &expected);
    check("approval", directory.path(), &expected);
}

#[test]
fn counter_counts_over_http_and_goes_on_after_an_orderly_end_and_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("counter", directory.path());
    check_answer(&server, "GET", "/counter/cats", 404, "there is no counter `cats`\n");
    check_answer(&server, "POST", "/counter/cats/add?amount=2", 200, "2");
    check_answer(&server, "POST", "/counter/cats/add?amount=-5", 200, "-3");
    check_answer(&server, "POST", "/counter/dogs%20%2F%20w%C3%B6lfe/add?amount=7", 200, "7");
    check_answer(&server, "GET", "/counter/cats", 200, "-3");
    assert_eq!(server.ask("POST", "/counter/cats/add?amount=many", &[]).status, 400);
    assert_eq!(server.ask("POST", "/counter/cats%0A/add?amount=1", &[]).status, 400);
    let overflow = format!("/counter/full/add?amount={}", i64::MAX);
    assert_eq!(server.ask("POST", &overflow, &[]).status, 200);
    check_answer(&server, "POST", "/counter/full/add?amount=1", 500, "the counter is full\n");
    assert!(server.example.terminate().success());

    let mut server = Server::start("counter", directory.path());
    check_answer(&server, "GET", "/counter/cats", 200, "-3");
    check_answer(&server, "POST", "/counter/cats/reset", 202, "");
    // The operations of one sender are performed in their order.
    check_answer(&server, "POST", "/counter/cats/add?amount=1", 200, "1");
    server.example.kill();

    let server = Server::start("counter", directory.path());
    check_answer(&server, "GET", "/counter/cats", 200, "1");
    check_answer(&server, "GET", "/counter/dogs%20%2F%20w%C3%B6lfe", 200, "7");
    check_answer(&server, "GET", "/runtime/webhooks/durabletask/entities/Counter/cats", 200, "1");
}

#[test]
fn aggregator_sends_every_ten_notifications_as_one_digest_also_across_crashes() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start("aggregator", directory.path());
    check_answer(&server, "GET", "/digests/ada", 200, "[]");
    notify(&server, 1..=12);
    wait_for_answer(&server, "/digests/ada", &json!([messages(1..=10)]));
    server.example.kill();

    let mut server = Server::start("aggregator", directory.path());
    assert_eq!(server.ask("POST", "/notify/bob", b"Hi, Bob").status, 202);
    assert_eq!(server.ask("POST", "/notify/ada", b"\xff is no text").status, 400);
    notify(&server, 13..=25);
    server.example.kill();

    let server = Server::start("aggregator", directory.path());
    wait_for_answer(&server, "/digests/ada", &json!([messages(1..=10), messages(11..=20)]));
    wait_for_answer(&server, "/inbox/ada", &json!(messages(21..=25)));
    check_answer(&server, "GET", "/inbox/bob", 200, r#"["Hi, Bob"]"#);
    check_answer(&server, "GET", "/digests/bob", 200, "[]");
    check_answer(&server, "GET", "/runtime/webhooks/durabletask/entities/Inbox/bob", 200, r#"{"texts":["Hi, Bob"]}"#);
    assert!(server.example.terminate().success());
    let sent = "SELECT status FROM instances WHERE name = 'send_digest'";
    assert_eq!(rows(directory.path(), sent), ["Completed", "Completed"]);
}

#[test]
fn streaming_pipeline_does_every_run_once_also_across_crashes() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("streaming_pipeline", directory.path());
    let answer = server.ask("GET", "/run?run_id=one&hellos_count=3", &[]);
    assert_eq!((answer.status, answer.location), (202, format!("http://localhost{}", instance("one"))));
    check_run(&server, "one", 3);
    check_run(&server, "nothing", 0);
    check_run(&server, "a%2Fb%20%C3%BC", 100);
    assert_eq!(server.ask("GET", &hellos("nothing"), &[]).status, 404);
    for query in
        ["", "?run_id=x", "?run_id=x&hellos_count=-1", "?run_id=x%0A&hellos_count=1", "?run_id=x&hellos_count=20001"]
    {
        assert_eq!(server.ask("POST", &format!("/run{query}"), &[]).status, 400, "{query}");
    }
    assert!(server.example.terminate().success());

    // Killed at other moments each time: while the greetings come in, and while the pipeline works on them.
    for moment in 0..6 {
        let mut server = Server::start("streaming_pipeline", directory.path());
        let run_id = format!("big-{moment}");
        thread::scope(|scope| {
            let mut connection = server.connect().unwrap();
            let run = run(&run_id, 2_000);
            scope.spawn(move || drop(connection.ask("POST", &run, &[])));
            pause(Duration::from_millis(moment * 40));
            server.example.kill();
        });
        let server = Server::start("streaming_pipeline", directory.path());
        check_run(&server, &run_id, 2_000);
        // So much that the store does not keep it in the row of the entity.
        let collected = server.ask("GET", &hellos(&run_id), &[]);
        assert!(collected.status == 200 && collected.body.len() > 64 * 1024, "{} bytes", collected.body.len());
    }
    let runs = "SELECT status, count(*) FROM instances GROUP BY status";
    assert_eq!(rows(directory.path(), runs), ["Completed | 9"]);
}

#[test]
fn dashboard_sells_and_goes_on_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start("dashboard", directory.path());
    assert_eq!(server.ask("GET", "/", &[]).content_type, "text/html; charset=utf-8");
    check_order(&server, "order-1", "Completed");
    check_order(&server, "order-7", "Failed");
    server.example.kill();

    let server = Server::start("dashboard", directory.path());
    check_order(&server, "order-2", "Completed");
    // Expensive, and so it waits for a person.
    check_order(&server, "order-8", "Running");
    assert!(server.example.terminate().success());
}

/// Waits until the order is in that state.
#[track_caller]
fn check_order(server: &Server, id: &str, status: &str) {
    let path = format!("/runtime/webhooks/durabletask/instances/{id}");
    let is = |server: &Server| {
        let answer = server.ask("GET", &path, &[]);
        serde_json::from_slice::<Value>(&answer.body).unwrap().get("runtimeStatus").is_some_and(|is| is == status)
    };
    for _ in 0..2_000 {
        if is(server) {
            return;
        }
        pause(Duration::from_millis(10));
    }
    panic!("{id} is not {status}, but {}", server.ask("GET", &path, &[]).text());
}

/// Asks for a run, once more than is needed, and waits for its end.
#[track_caller]
fn check_run(server: &Server, run_id: &str, hellos: usize) {
    for _ in 0..2 {
        assert_eq!(server.ask("POST", &run(run_id, hellos), &[]).status, 202);
    }
    let ended = (0..2_000).find_map(|_| {
        let answer = server.ask("GET", &instance(run_id), &[]);
        if answer.status == 202 {
            pause(Duration::from_millis(10));
            return None;
        }
        Some(answer)
    });
    let answer = ended.expect("it ends");
    let mut status: Value = serde_json::from_slice(&answer.body).unwrap();
    let shown = ["runtimeStatus", "output"].map(|field| status.get_mut(field).unwrap().take());
    let text = "Bonjour, listener 00000! This greeting was written to be read to its very end by you.";
    let expected = json!({"hellos": hellos, "batches": hellos.div_ceil(100), "bytes": hellos * text.len()});
    assert_eq!((answer.status, shown), (200, [json!("Completed"), expected]));
}

fn run(run_id: &str, hellos: usize) -> String {
    format!("/run?run_id={run_id}&hellos_count={hellos}")
}

fn instance(run_id: &str) -> String {
    format!("/runtime/webhooks/durabletask/instances/run-{run_id}")
}

fn hellos(run_id: &str) -> String {
    format!("/runtime/webhooks/durabletask/entities/Hellos/{run_id}")
}

#[track_caller]
fn notify(server: &Server, numbers: RangeInclusive<u32>) {
    for message in messages(numbers) {
        let answer = server.ask("POST", "/notify/ada", message.as_bytes());
        assert_eq!((answer.status, answer.text()), (202, ""));
    }
}

fn messages(numbers: RangeInclusive<u32>) -> Vec<String> {
    numbers.map(|number| format!("message {number}")).collect()
}

/// What was accepted shows a little later.
#[track_caller]
fn wait_for_answer(server: &Server, path: &str, expected: &Value) {
    for _ in 0..2_000 {
        let answer = server.ask("GET", path, &[]);
        assert_eq!(answer.status, 200);
        if serde_json::from_slice::<Value>(&answer.body).unwrap() == *expected {
            return;
        }
        pause(Duration::from_millis(10));
    }
    panic!("{path} never was {expected}, but {}", server.ask("GET", path, &[]).text());
}

/// What `sqlite3 example.db "QUERY"` would print.
fn rows(directory: &Path, query: &str) -> Vec<String> {
    let database = Connection::open_with_flags(directory.join("example.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = database.prepare(query).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map((), |row| {
        let texts = (0..columns).map(|column| row.get_ref(column).map(text)).collect::<Result<Vec<_>, _>>()?;
        Ok(texts.join(" | "))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => panic!("no column of the views is {value:?}"),
    }
}
