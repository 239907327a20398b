//! Lists whose pages are short or empty although more comes: whoever answers does not look for long at a time.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use expect_test::expect;

use crate::world::world;

/// A server that lists three things on four pages, and whose jobs are done at once.
pub(crate) struct Fake {
    pub(crate) url: String,
}

pub(crate) fn fake() -> Fake {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // It ends with the process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap()));
        }
    });
    Fake { url }
}

#[expect(clippy::needless_pass_by_value, reason = "it is closed at the end")]
fn answer(stream: TcpStream) {
    let mut lines = BufReader::new(&stream).lines();
    let Some(Ok(request)) = lines.next() else { return };
    let headers: Vec<_> = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let header = |line: &String| line.strip_prefix("x-ms-continuation-token: ").map(str::to_owned);
    let (token, mut words) = (headers.iter().find_map(header), request.split(' '));
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let top = query.split('&').find_map(|part| part.strip_prefix("top=")).and_then(|top| top.parse().ok());
    let item = |id: &str| match path {
        path if path.ends_with("/entities") => format!(r#"{{"entityId":{{"name":"Counter","key":"{id}"}}}}"#),
        _ => format!(r#"{{"instanceId":"{id}","name":"order","runtimeStatus":"Completed"}}"#),
    };
    let (ids, next): (&[&str], _) = match token.as_deref() {
        None => (&[], Some("a")),
        Some("a") => (&["one"], Some("b")),
        Some("b") => (&[], Some("c")),
        _ => (&["two", "three"], None),
    };
    let items: Vec<_> = ids.iter().take(top.unwrap_or(100)).map(|id| item(id)).collect();
    let job = r#"{"instanceId":"job","runtimeStatus":"Completed","output":{"done":3,"matched":3}}"#;
    let (body, next) = match (method, path.rsplit('/').next().unwrap()) {
        ("GET", "instances" | "entities") => (format!("[{}]", items.join(",")), next),
        ("POST", "purge") => (r#"{"id":"job"}"#.to_owned(), None),
        ("GET" | "DELETE", "job") => (job.to_owned(), None),
        // It tells nobody what changes.
        _ => (String::new(), None),
    };
    let status = if body.is_empty() { "404 Not Found" } else { "200 OK" };
    let next = next.map(|next| format!("x-ms-continuation-token: {next}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{next}\r\n", body.len());
    // Whoever has enough does not read it.
    (&stream).write_all(format!("{head}{body}").as_bytes()).ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_on_over_short_and_empty_pages() {
    let (world, server) = (world().await, fake());
    let run = |arguments: &str| world.run(&format!("--url {} {arguments}", server.url));
    for limit in ["", "--limit 3", "--limit 0"] {
        run(&format!("ls -o id {limit}")).is(
            0,
            &expect![[r#"
                one
                two
                three
            "#]],
        );
        run(&format!("entity ls -o id {limit}")).is(
            0,
            &expect![[r#"
                @Counter@one
                @Counter@two
                @Counter@three
            "#]],
        );
    }
    for list in ["ls", "entity ls"] {
        for (limit, count) in [(1, 1), (2, 2), (3, 3), (9, 3)] {
            for format in ["jsonl", "id"] {
                let run = run(&format!("{list} -o {format} --limit {limit}"));
                assert_eq!((run.code, run.out.lines().count()), (0, count), "{run:?}");
            }
            let run = run(&format!("{list} -o json --limit {limit}"));
            assert_eq!(run.json().as_array().unwrap().len(), count, "{run:?}");
        }
    }
}
