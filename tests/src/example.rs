//! The examples as processes, and a small HTTP client to talk to them.

use std::{
    ffi::OsString,
    hash::{BuildHasher, Hasher, RandomState},
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        OnceLock,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running example. Dropping it kills it.
#[derive(Debug)]
pub struct Example {
    child: Child,
    lines: Receiver<String>,
}

impl Example {
    /// Starts the example `name` in `directory`, with its database there. The examples are built first.
    ///
    /// # Panics
    ///
    /// It can't be built or started.
    pub fn start(name: &str, directory: &Path) -> Self {
        Self::start_with(name, directory, &[])
    }

    /// The same with arguments.
    ///
    /// # Panics
    ///
    /// It can't be built or started.
    pub fn start_with(name: &str, directory: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(binaries().join(name).with_extension(std::env::consts::EXE_EXTENSION))
            .args(arguments)
            .current_dir(directory)
            .env("DURABLE_DB", directory.join("example.db"))
            .env("DURABLE_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo has just built it");
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// The next line that it prints; `None` when it has ended.
    ///
    /// # Panics
    ///
    /// Nothing happens for a minute.
    pub fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the example has printed nothing for {PATIENCE:?}"),
        }
    }

    /// Waits until it ends, and gives what it printed.
    ///
    /// # Panics
    ///
    /// It fails, or hangs for a minute.
    pub fn output(mut self) -> Vec<String> {
        let lines = std::iter::from_fn(|| self.line()).collect();
        let status = self.child.wait().expect("it is a child of ours");
        assert!(status.success(), "the example failed: {status}; it printed {lines:?}");
        lines
    }

    /// Kills it with SIGKILL, wherever it is.
    ///
    /// # Panics
    ///
    /// It has been waited for.
    pub fn kill(&mut self) {
        self.child.kill().expect("it has not been waited for");
        self.child.wait().expect("it is a child of ours");
    }

    /// Asks it to end with SIGTERM, and waits until it does.
    ///
    /// # Panics
    ///
    /// It does not end within a minute.
    pub fn terminate(mut self) -> ExitStatus {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().expect("there is a program `kill`");
        assert!(asked.success());
        while self.line().is_some() {}
        self.child.wait().expect("it is a child of ours")
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // It may have ended, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A running example that answers HTTP requests.
#[derive(Debug)]
pub struct Server {
    /// The process.
    pub example: Example,
    address: SocketAddr,
}

impl Server {
    /// Starts it, and waits until it listens.
    ///
    /// # Panics
    ///
    /// It ends, or does not listen within a minute.
    pub fn start(name: &str, directory: &Path) -> Self {
        let example = Example::start(name, directory);
        let line = example.line().expect("it listens before it ends");
        let address = line.strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        Self { example, address: address.unwrap_or_else(|| panic!("no address in {line:?}")) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection.
    ///
    /// # Errors
    ///
    /// The server is gone.
    pub fn connect(&self) -> io::Result<Connection> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Connection(BufReader::new(stream)))
    }

    /// One request over a connection of its own.
    ///
    /// # Panics
    ///
    /// There is no answer.
    pub fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let answer = self.connect().and_then(|mut connection| connection.ask(method, path, body));
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }
}

/// One request without a body, and what is answered to it.
///
/// # Panics
///
/// The answer is another one, or there is none.
#[track_caller]
pub fn check_answer(server: &Server, method: &str, path: &str, status: u16, body: &str) {
    let answer = server.ask(method, path, &[]);
    assert_eq!((answer.status, answer.text()), (status, body));
}

/// A connection on which requests follow each other.
#[derive(Debug)]
pub struct Connection(BufReader<TcpStream>);

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header `content-type`, or nothing.
    pub content_type: String,
    /// The header `location`, or nothing.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    ///
    /// # Panics
    ///
    /// It is not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }
}

impl Connection {
    /// Sends a request and reads the answer.
    ///
    /// # Errors
    ///
    /// The connection breaks, or what comes is no answer.
    pub fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
        let stream = self.0.get_mut();
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let status = self.head_line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| no_http(&status))?;
        let (mut content_type, mut location, mut length) = (String::new(), String::new(), 0);
        loop {
            let line = self.head_line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").ok_or_else(|| no_http(&line))?;
            match name {
                "content-type" => value.clone_into(&mut content_type),
                "location" => value.clone_into(&mut location),
                "content-length" => length = value.parse().map_err(|_| no_http(&line))?,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, content_type, location, body })
    }

    fn head_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

fn no_http(line: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not expected in an answer: {line:?}"))
}

/// What a test draws its random numbers from: `DURABLE_SEED`, or a number that is printed with the hint to set that.
///
/// # Panics
///
/// The variable is not a number.
#[expect(clippy::print_stdout, reason = "a test shows it when it fails")]
pub fn seed() -> u64 {
    let seed = std::env::var("DURABLE_SEED").map_or_else(
        |_| RandomState::new().build_hasher().finish(),
        |seed| seed.parse().expect("DURABLE_SEED is a number"),
    );
    println!("set DURABLE_SEED={seed} to repeat what was random");
    seed
}

/// Builds the examples as the running test was built, once, and gives the directory where they are.
fn binaries() -> &'static Path {
    static BINARIES: OnceLock<PathBuf> = OnceLock::new();
    BINARIES.get_or_init(|| {
        // The test is `target/PROFILE/deps/NAME-HASH`.
        let test = std::env::current_exe().expect("a process knows its program");
        let profile = test.ancestors().nth(2).expect("cargo put it into `deps`");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from(env!("CARGO")));
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--examples", "--package", "durable-examples", "--target-dir"]);
        command.arg(profile.parent().expect("profiles lie in the target directory"));
        if profile.ends_with("release") {
            command.arg("--release");
        }
        let built = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
        assert!(built.success(), "the examples don't build");
        profile.join("examples")
    })
}
