//! The server on real sockets: what the network can do to it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "what takes real time is measured in real time")]

mod common;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use common::{
    World,
    http::{ALL, BASE, KEY, Stage},
    soon, world,
};
use durable::{FailureKind, http::Api};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

/// A server that runs beside the test.
struct Served {
    world: World,
    address: SocketAddr,
    end: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

async fn serve(settings: impl FnOnce(Api) -> Api) -> Served {
    let world = world(ALL).await;
    let server = settings(Api::new(world.client())).bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = server.local_addr();
    let (end, ended) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until(async move { drop(ended.await) }));
    Served { world, address, end, running }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends the bytes over a connection of their own, and gives all that comes until it is closed.
    async fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may have answered and closed before it has read all.
        drop(stream.write_all(bytes).await);
        rest(&mut stream).await
    }

    async fn get(&self, path: &str) -> String {
        self.send(format!("GET {BASE}{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes()).await
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    drop(soon(stream.read_to_end(&mut answer)).await);
    String::from_utf8(answer).unwrap()
}

#[track_caller]
fn check(answer: &str, code: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{code}: {answer:.300}");
}

#[tokio::test]
async fn only_this_machine_is_listened_to_without_a_key() {
    let world = world(ALL).await;
    let api = Api::new(world.client());
    for address in ["0.0.0.0:0", "[::]:0"] {
        let address = address.parse().unwrap();
        let refused = api.bind(address).await.unwrap_err();
        assert_eq!(refused.kind(), FailureKind::InvalidArgument);
        assert!(refused.message().contains("there is no key"), "{refused}");
        drop(api.clone().authorized_elsewhere().bind(address).await.unwrap());
        drop(api.clone().key(KEY.parse().unwrap()).bind(address).await.unwrap());
    }
    assert_ne!(api.bind("127.0.0.1:0".parse().unwrap()).await.unwrap().local_addr().port(), 0);
}

#[tokio::test]
async fn requests_are_answered_over_a_connection_that_stays_open() {
    let served = serve(|api| api).await;
    let mut stream = served.connect().await;
    for _ in 0..3 {
        let request = format!("GET {BASE}/instances HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let length = soon(stream.read(&mut answer)).await.unwrap();
        let answer = std::str::from_utf8(&answer[..length]).unwrap();
        check(answer, 200);
        assert!(answer.ends_with("\r\n\r\n[]"), "{answer}");
    }
    let foreign = "host: evil.example\r\nconnection: close";
    check(&served.send(format!("GET {BASE}/instances HTTP/1.1\r\n{foreign}\r\n\r\n").as_bytes()).await, 421);
    let old = served.send(format!("GET {BASE}/instances HTTP/1.0\r\n\r\n").as_bytes()).await;
    assert!(old.starts_with("HTTP/1.0 421 "), "{old}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gibibyte_is_refused_and_takes_no_memory() {
    const CHUNK: usize = 64 * 1024;
    let served = serve(|api| api).await;
    let start =
        format!("POST {BASE}/orchestrators/quick HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
    let declared = served.send(format!("{start}content-length: {}\r\n\r\n\"", 1 << 30).as_bytes()).await;
    check(&declared, 413);

    let before = memory();
    let stream = served.connect().await;
    let (mut read, mut write) = stream.into_split();
    let writer = tokio::spawn(async move {
        write.write_all(format!("{start}transfer-encoding: chunked\r\n\r\n").as_bytes()).await.unwrap();
        let chunk = [format!("{CHUNK:x}\r\n").into_bytes(), vec![b' '; CHUNK], b"\r\n".to_vec()].concat();
        let mut sent = 0;
        while sent < 1 << 30 && write.write_all(&chunk).await.is_ok() {
            sent += CHUNK;
        }
        sent
    });
    let mut answer = [0; 1024];
    let length = soon(read.read(&mut answer)).await.unwrap();
    check(std::str::from_utf8(&answer[..length]).unwrap(), 413);
    drop(read);
    let sent = soon(writer).await.unwrap();
    let grown = memory().saturating_sub(before);
    println!("{sent} bytes were taken before the connection was closed; memory grew by {grown} bytes");
    assert!(sent < 64 << 20, "{sent}");
    assert!(grown < 64 << 20, "{grown}");
    check(&served.get("/instances").await, 200);
}

/// Resident memory of this process, in bytes; 0 where the operating system does not tell so.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0) * 1024
}

#[tokio::test]
async fn a_body_a_million_deep_is_refused() {
    let served = serve(|api| api.max_body(4 << 20)).await;
    let body = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let head = format!(
        "POST {BASE}/orchestrators/quick HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = served.send((head + &body).as_bytes()).await;
    check(&answer, 400);
    assert!(answer.contains("more than 128 deep"), "{answer}");
}

#[tokio::test]
async fn slow_heads_slow_bodies_and_idle_connections_are_closed() {
    let timeout = Duration::from_millis(200);
    let served = serve(|api| api.header_timeout(timeout).body_timeout(timeout)).await;
    let began = Instant::now();
    for start in ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nhost: localhost\r\nx: "] {
        let mut stream = served.connect().await;
        stream.write_all(start.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{start:?}: {answer}");
    }
    let head = format!(
        "POST {BASE}/orchestrators/quick HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n\"slow"
    );
    check(&served.send(head.as_bytes()).await, 408);
    // Answered, and then idle.
    let mut stream = served.connect().await;
    let request = format!("GET {BASE}/instances HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    check(&rest(&mut stream).await, 200);
    assert!(began.elapsed() < 20 * timeout, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_connections_do_not_hold_up_others() {
    let served = serve(|api| api).await;
    let mut half_open = Vec::new();
    for _ in 0..300 {
        let mut stream = served.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await.unwrap();
        half_open.push(stream);
    }
    let mut times = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        check(&served.get("/instances").await, 200);
        times.push(began.elapsed());
    }
    times.sort();
    println!(
        "beside {} half-open connections: median {:?}, 99th percentile {:?}",
        half_open.len(),
        times[50],
        times[98]
    );
    assert!(times[98] < Duration::from_millis(250), "{:?}", times[98]);
}

#[tokio::test]
async fn what_is_no_http_is_no_danger() {
    let served = serve(|api| api.header_timeout(Duration::from_millis(500))).await;
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(1_000));
    let smuggled = format!(
        "POST {BASE}/orchestrators/quick HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nDELETE {BASE}/instances/x HTTP/1.1\r\n\r\n"
    );
    for bytes in [b"\x16\x03\x01\x02\x00".as_slice(), b"\r\n\0\xff\r\n\r\n", long.as_bytes(), many.as_bytes()] {
        let answer = served.send(bytes).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer:.100}");
    }
    let answer = served.send(smuggled.as_bytes()).await;
    assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
    check(&served.get("/instances").await, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_ends_what_serves_by_itself() {
    let world = world(ALL).await;
    let mut serving = Box::pin(durable::http::serve(world.client(), "127.0.0.1:0".parse().unwrap()));
    // From its first poll on it listens for signals.
    assert!(tokio::time::timeout(Duration::from_millis(10), &mut serving).await.is_err());
    let killed = std::process::Command::new("kill").arg(std::process::id().to_string()).status().unwrap();
    assert!(killed.success());
    soon(serving).await.unwrap();
    world.runtime.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_end_lets_those_finish_who_have_asked() {
    let served = serve(|api| api).await;
    Stage::Running.reach(&served.world.client()).await;
    let mut stream = served.connect().await;
    let request =
        format!("POST {BASE}/instances/x/restart?timeout=60&pollingInterval=1 HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let client = served.world.client();
    let new = loop {
        let page = client.instances().await.unwrap();
        if let [new, _] = &page.instances[..] {
            break new.id.clone();
        }
        tokio::task::yield_now().await;
    };
    let mut idle = served.connect().await;
    idle.write_all(format!("GET {BASE}/instances HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    served.end.send(()).unwrap();
    client.raise_event(&new, "more", &41).await.unwrap();
    let answer = rest(&mut stream).await;
    check(&answer, 200);
    assert!(answer.ends_with("\r\n\r\n42"), "{answer}");
    soon(served.running).await.unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}
