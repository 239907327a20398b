//! A target process, seen from the one that kills it.

use std::{
    fs::OpenOptions,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::target::Options;

/// The time now.
#[expect(clippy::disallowed_methods, reason = "processes are killed by the clock on the wall")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// What the target said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line.
    Line(String),
    /// Nothing for so long.
    Nothing,
    /// It has ended.
    End,
}

/// What a target can be sent.
#[derive(Debug, Clone, Copy)]
enum Signal {
    Stop,
    GoOn,
    Terminate,
}

/// A running target. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    reader: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts `program target ..`; what it logs is appended to the file `log`.
    ///
    /// # Errors
    ///
    /// The program can't be started.
    pub fn spawn(program: &Path, options: &Options, log: &PathBuf) -> io::Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = Command::new(program)
            .arg("target")
            .args(options.to_arguments())
            .envs(options.failpoint.iter().map(|failpoint| ("DURABLE_FAILPOINT", failpoint)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let (sender, lines) = channel();
        let stdout = child.stdout.take();
        let reader = std::thread::spawn(move || {
            let Some(mut out) = stdout.map(BufReader::new) else { return };
            let mut line = String::new();
            // A line that the kill cut off says nothing.
            while out.read_line(&mut line).is_ok() && line.ends_with('\n') {
                line.truncate(line.len() - 1);
                if sender.send(std::mem::take(&mut line)).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take();
        Ok(Self { child, stdin, lines, reader: Some(reader) })
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a line; nothing happens if the target has died.
    pub fn send(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            drop(stdin.write_all(format!("{line}\n").as_bytes()));
        }
    }

    /// Waits for the next line.
    pub fn listen(&self, patience: Duration) -> Heard {
        match self.lines.recv_timeout(patience) {
            Ok(line) => Heard::Line(line),
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            Err(RecvTimeoutError::Disconnected) => Heard::End,
        }
    }

    /// Waits until the target says `ready`; `false` if it has not within that time.
    pub fn wait_until_ready(&self, patience: Duration) -> bool {
        self.listen(patience) == Heard::Line("ready".to_owned())
    }

    /// Kills it, and gives the lines that it had still said.
    ///
    /// # Errors
    ///
    /// The operating system refuses.
    pub fn kill(mut self) -> io::Result<Vec<String>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(self.lines.iter().collect())
    }

    /// Lets it take no step until it goes on (SIGSTOP).
    ///
    /// # Errors
    ///
    /// The operating system refuses, or has no signals.
    pub fn stop(&self) -> io::Result<()> {
        self.signal(Signal::Stop)
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    ///
    /// The operating system refuses, or has no signals.
    pub fn go_on(&self) -> io::Result<()> {
        self.signal(Signal::GoOn)
    }

    /// Asks it to end in order (SIGTERM).
    ///
    /// # Errors
    ///
    /// The operating system refuses, or has no signals.
    pub fn terminate(&self) -> io::Result<()> {
        self.signal(Signal::Terminate)
    }

    #[cfg(unix)]
    fn signal(&self, signal: Signal) -> io::Result<()> {
        let signal = match signal {
            Signal::Stop => rustix::process::Signal::STOP,
            Signal::GoOn => rustix::process::Signal::CONT,
            Signal::Terminate => rustix::process::Signal::TERM,
        };
        let process = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let process = process.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(rustix::process::kill_process(process, signal)?)
    }

    #[cfg(not(unix))]
    fn signal(&self, _: Signal) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Waits until it ends by itself; `None` if it has not within that time.
    ///
    /// # Errors
    ///
    /// The operating system refuses.
    pub fn wait_for_end(&mut self, patience: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if now() >= deadline {
                return Ok(None);
            }
            pause(Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
        drop(self.reader.take().map(JoinHandle::join));
    }
}

/// Waits by the clock on the wall.
#[expect(clippy::disallowed_methods, reason = "processes are killed by the clock on the wall")]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
