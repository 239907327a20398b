//! Asking whoever sits there, before much is changed.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use super::failed::{Code, Failed};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Whether somebody can be asked.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Goes on only if that word is typed.
///
/// # Errors
///
/// Something else was typed, or nothing.
pub(super) async fn typed(word: &str, purpose: &str) -> Result<(), Failed> {
    let mut stderr = io::stderr();
    write!(stderr, "Type {word} to {purpose}: ")?;
    stderr.flush()?;
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    match tokio::time::timeout(PATIENCE, line).await {
        Ok(Ok(Ok(line))) if line.trim() == word => Ok(()),
        _ => Err(Failed::new(Code::Error, format!("that was not {word}; nothing was changed"))),
    }
}
