//! The key-value database keeps what it has acknowledged, whatever happens to its process.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use durable_tests::example::{self, Answer, Connection, Server, check_answer};

const MIB: usize = 1 << 20;

#[test]
fn a_value_comes_back_as_the_issue_says() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("kv_store", directory.path());
    check_404(&server.ask("GET", "/Database/1", &[]));
    for (method, body) in [("PUT", "my-value"), ("GET", "")] {
        let answer = server.ask(method, "/Database/1", body.as_bytes());
        let expected = (200, "application/json", r#""my-value""#);
        assert_eq!((answer.status, &*answer.content_type, answer.text()), expected);
    }
}

#[test]
fn the_http_api_shows_what_is_stored_and_removes_the_history_of_requests() {
    let api = "/runtime/webhooks/durabletask";
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("kv_store", directory.path());
    check_value(&server.ask("PUT", "/Database/1", b"my-value"), b"my-value");
    check_value(&server.ask("GET", "/Database/1", &[]), b"my-value");
    check_answer(&server, "GET", &format!("{api}/entities/Register/1"), 200, r#"{"value":{"text":"my-value"}}"#);
    let ended = format!("{api}/instances?createdTimeFrom=2026-01-01T00:00:00Z");
    check_answer(&server, "DELETE", &ended, 200, r#"{"instancesDeleted":2}"#);
    check_value(&server.ask("GET", "/Database/1", &[]), b"my-value");
}

#[test]
fn every_value_comes_back_byte_for_byte() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("kv_store", directory.path());
    let all_bytes: Vec<u8> = (0..=255).collect();
    let values: [&[u8]; 10] = [
        b"",
        b"null",
        br#"{"a": [1, 2.50]}"#,
        br#""quoted" and \ back"#,
        "Grüße, 東京 🚲".as_bytes(),
        b"line\r\nbreak\0and nothing",
        b"\xff\xfe",
        &all_bytes,
        &b"x".repeat(MIB),
        &b"\xf0".repeat(MIB),
    ];
    for value in values {
        check_value(&server.ask("PUT", "/Database/key", value), value);
        check_value(&server.ask("GET", "/Database/key", &[]), value);
    }
}

#[test]
fn keys_may_contain_everything_but_control_characters() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("kv_store", directory.path());
    let long = "k".repeat(200);
    let longest = "%C3%A4".repeat(256);
    let keys = [
        "a%2Fb",
        "a%252Fb",
        "a%20b",
        "a+b",
        "@",
        "@Register@1",
        "%C3%BC%E6%9D%B1",
        "%F0%9F%9A%B2",
        "%3F%23%25",
        "a'%22b",
        "..%2F..%2Fetc",
        "%2E%2E",
        "case",
        "Case",
        "%E2%80%AE",
        &long,
        &longest,
    ];
    // All are written before the first is read: no two of them are the same.
    for key in keys {
        check_value(&server.ask("PUT", &format!("/Database/{key}"), key.as_bytes()), key.as_bytes());
    }
    for key in keys {
        check_value(&server.ask("GET", &format!("/Database/{key}"), &[]), key.as_bytes());
    }
}

#[test]
fn what_can_not_be_stored_is_refused_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start("kv_store", directory.path());
    for method in ["PUT", "GET"] {
        let answer = server.ask(method, "/Database/a%0Ab", &[]);
        let reason = "the id \"a\\nb\" contains a control character at position 1\n";
        assert_eq!((answer.status, answer.text()), (400, reason));
        let answer = server.ask(method, &format!("/Database/{}", "k".repeat(257)), &[]);
        assert_eq!(answer.status, 400);
        assert!(answer.text().starts_with("the id has 257 characters; at most 256 are allowed"), "{}", answer.text());
        assert_eq!(server.ask(method, "/Database/%FF", &[]).status, 400);
        assert_eq!(server.ask(method, "/Database/%7F", &[]).status, 400);
    }
    assert_eq!(server.ask("PUT", "/Database/big", &b"x".repeat(MIB + 1)).status, 413);
    check_404(&server.ask("GET", "/Database/big", &[]));
    assert_eq!(server.ask("DELETE", "/Database/big", &[]).status, 405);
    assert!(server.example.terminate().success());
}

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Put {
    /// No PUT was ever sent.
    Unsent,
    /// A PUT was sent and not answered.
    Sent,
    /// A PUT was answered, or a GET has shown the value.
    Certain,
}

const KEYS: usize = 1_000;
const CONNECTIONS: usize = 16;

/// Sixteen connections write until the process is killed after a random number of answers; what is there after a
/// restart is compared with what was acknowledged; and so on until all is written.
#[test]
fn no_acknowledged_put_is_lost_by_kill_9() {
    let seed = example::seed();
    let directory = tempfile::tempdir().unwrap();
    let mut puts = vec![Put::Unsent; KEYS];
    for round in 0.. {
        let mut server = Server::start("kv_store", directory.path());
        check_all(&server, seed, &mut puts);
        if puts.iter().all(|put| *put == Put::Certain) {
            assert!(server.example.terminate().success());
            break;
        }
        let kill_after = 100 + below(400, number(seed, round));
        write_until_killed(&mut server, seed, &mut puts, kill_after);
        let count = |wanted| puts.iter().filter(|put| **put == wanted).count();
        let (certain, sent) = (count(Put::Certain), count(Put::Sent));
        println!("round {round}: killed after {kill_after} answers or all; {certain} keys certain, {sent} only sent");
    }
    // Also what the kills interrupted has come to its end.
    let database = rusqlite::Connection::open(directory.path().join("example.db")).unwrap();
    let unfinished = "SELECT count(*) FROM instances WHERE status <> 'Completed' OR parked IS NOT NULL";
    assert_eq!(database.query_one(unfinished, (), |row| row.get(0)), Ok(0));
}

/// Writes what is not certain over many connections, until all is written or the process is killed.
fn write_until_killed(server: &mut Server, seed: u64, puts: &mut [Put], kill_after: usize) {
    let connections: Vec<Connection> = (0..CONNECTIONS).map(|_| server.connect().unwrap()).collect();
    let open = Mutex::new(puts.iter_mut().enumerate().filter(|(_, put)| **put != Put::Certain));
    let answers = AtomicUsize::new(0);
    let server = Mutex::new(server);
    let (open, answers, server) = (&open, &answers, &server);
    thread::scope(|scope| {
        for mut connection in connections {
            scope.spawn(move || {
                loop {
                    let Some((key, put)) = open.lock().unwrap().next() else { return };
                    let value = value(seed, key);
                    *put = Put::Sent;
                    match connection.ask("PUT", &path(key), &value) {
                        Ok(answer) => check_value(&answer, &value),
                        Err(_) if answers.load(Ordering::SeqCst) >= kill_after => return,
                        Err(error) => panic!("no answer, although nobody has killed the process: {error}"),
                    }
                    *put = Put::Certain;
                    if answers.fetch_add(1, Ordering::SeqCst) + 1 == kill_after {
                        server.lock().unwrap().example.kill();
                    }
                }
            });
        }
    });
}

/// What is certain is there, what was only sent is there or not, and nothing else is.
fn check_all(server: &Server, seed: u64, puts: &mut [Put]) {
    let share = KEYS.div_ceil(CONNECTIONS);
    thread::scope(|scope| {
        for (first, puts) in (0..).step_by(share).zip(puts.chunks_mut(share)) {
            let mut connection = server.connect().unwrap();
            scope.spawn(move || {
                for (key, put) in (first..).zip(puts) {
                    let answer = connection.ask("GET", &path(key), &[]).unwrap();
                    match (*put, answer.status) {
                        (Put::Unsent, _) | (Put::Sent, 404) => check_404(&answer),
                        (Put::Sent | Put::Certain, _) => {
                            check_value(&answer, &value(seed, key));
                            *put = Put::Certain;
                        }
                    }
                }
            });
        }
    });
}

fn path(key: usize) -> String {
    format!("/Database/key%20{key}")
}

/// The value of a key: short text, bytes that are no text, and one in sixteen longer than 64 KiB.
fn value(seed: u64, key: usize) -> Vec<u8> {
    let random = number(seed, KEYS as u64 + key as u64);
    let length = match random % 16 {
        0 => 64 * 1024 + below(200_000, random / 16),
        1..4 => 1_000 + below(20_000, random / 16),
        _ => below(200, random / 16),
    };
    if random & 1 << 40 == 0 {
        format!("value {key} of {random} — ").into_bytes().into_iter().cycle().take(length).collect()
    } else {
        (0..).flat_map(|place| number(random, place).to_le_bytes()).take(length).collect()
    }
}

fn below(limit: u64, number: u64) -> usize {
    usize::try_from(number % limit).unwrap()
}

/// The number at a place of the sequence that begins with the seed (SplitMix64).
fn number(seed: u64, place: u64) -> u64 {
    let mut z = seed.wrapping_add(place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[track_caller]
fn check_value(answer: &Answer, value: &[u8]) {
    let (content_type, body) = match std::str::from_utf8(value) {
        Ok(text) => ("application/json", serde_json::to_vec(text).unwrap()),
        Err(_) => ("application/octet-stream", value.to_vec()),
    };
    assert_eq!(
        (answer.status, &*answer.content_type),
        (200, content_type),
        "{:.200}",
        String::from_utf8_lossy(&answer.body)
    );
    assert!(answer.body == body, "{} bytes are not the {} that were written", answer.body.len(), body.len());
}

#[track_caller]
fn check_404(answer: &Answer) {
    assert_eq!((answer.status, answer.text()), (404, "nothing was ever written under this key\n"));
}
