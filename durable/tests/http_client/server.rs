//! A small HTTP server that answers as a test says, and keeps what it has received.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it has arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }
}

/// Runs until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    open: AtomicUsize,
}

type Respond = dyn Fn(&Received) -> Option<Vec<u8>> + Send + Sync;

impl Server {
    /// Answers each request with these bytes; an empty answer closes the connection.
    pub(crate) async fn start(respond: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::serve(Arc::new(move |request| Some(respond(request)))).await
    }

    /// Never answers.
    pub(crate) async fn silent() -> Self {
        Self::serve(Arc::new(|_| None)).await
    }

    async fn serve(respond: Arc<Respond>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (state, respond) = (Arc::clone(&shared), Arc::clone(&respond));
                tokio::spawn(async move {
                    state.open.fetch_add(1, Ordering::SeqCst);
                    drop(talk(stream, &state, &*respond).await);
                    state.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, state, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// How many connections clients hold.
    pub(crate) fn open(&self) -> usize {
        self.state.open.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn talk(stream: TcpStream, state: &State, respond: &Respond) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut request = Received::default();
        stream.read_line(&mut request.line).await?;
        if request.line.is_empty() {
            return Ok(());
        }
        request.line = request.line.trim_end().to_owned();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        request.content = vec![0; length];
        stream.read_exact(&mut request.content).await?;
        state.received.lock().unwrap().push(request.clone());
        let Some(answer) = respond(&request) else {
            // Until the client goes away.
            stream.read_u8().await?;
            return Ok(());
        };
        stream.write_all(&answer).await?;
        let text = String::from_utf8_lossy(&answer);
        if answer.is_empty()
            || text.contains("connection: close")
            || !text.contains("\r\n\r\n")
            || text.ends_with("five")
        {
            return Ok(());
        }
    }
}

/// An answer with that text.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], content: &str) -> Vec<u8> {
    answer_bytes(status, headers, content.as_bytes())
}

/// An answer with these bytes.
pub(crate) fn answer_bytes(status: u16, headers: &[(&str, &str)], content: &[u8]) -> Vec<u8> {
    let without_content = matches!(status, 204 | 304);
    let length = content.len().to_string();
    let length = (!without_content).then_some(("content-length", length.as_str()));
    let mut bytes = format!("HTTP/1.1 {status} Whatever\r\n").into_bytes();
    for (name, value) in length.iter().chain(headers) {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(if without_content { &[] } else { content });
    bytes
}
