//! `durable db`.

use std::{
    io::{self, Write},
    path::Path,
};

use serde_json::json;

use super::{
    Desk,
    args::Db,
    ask,
    backend::{read, refused},
    failed::{Code, Failed},
    text::escape,
};
use crate::store::{
    StoreError,
    sqlite::{SqliteStore, Stats, Verification},
};

pub(super) async fn database(desk: &Desk, command: Db) -> Result<Code, Failed> {
    let path = desk.backend.path()?.clone();
    match command {
        Db::Verify => verify(desk, &path).await,
        Db::Stats => {
            drop(read(&path).await?);
            let stats = blocking(move || SqliteStore::stats(path)).await?;
            let json = serde_json::to_string(&stats).unwrap_or_default();
            desk.out.one(&json, "", || describe(&stats))?;
            Ok(Code::Done)
        }
        Db::Backup { file } => {
            drop(read(&path).await?);
            if file.exists() {
                let message = format!("there is a file `{}` already", file.display());
                return Err(Failed::new(Code::WrongState, message).advise("name another file for the copy"));
            }
            let to = file.clone();
            blocking(move || SqliteStore::backup(path, to)).await?;
            let shown = file.display().to_string();
            let bytes = file.metadata().map_or(0, |metadata| metadata.len());
            let done = json!({"file": shown, "bytes": bytes});
            desk.out.one(&done.to_string(), &shown, || format!("Copied {} to {}.", size(bytes), escape(&shown)))?;
            Ok(Code::Done)
        }
        Db::Vacuum => {
            drop(read(&path).await?);
            let bytes = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
            let (before, file) = (bytes(&path), path.clone());
            blocking(move || SqliteStore::new(path).unprepared().vacuum()).await?;
            let after = bytes(&file);
            let done = json!({"bytesBefore": before, "bytes": after});
            desk.out.one(&done.to_string(), "", || format!("{} before, {} now.", size(before), size(after)))?;
            Ok(Code::Done)
        }
        Db::RenewChecksums => renew_checksums(desk, &path).await,
    }
}

/// Accepts what was changed by hand, once that was seen.
async fn renew_checksums(desk: &Desk, path: &Path) -> Result<Code, Failed> {
    let found = check(path).await?;
    if !found.is_sound() && !desk.yes {
        if !ask::can_ask() {
            let message = format!("{} would be accepted, and nobody can be asked", problems(&found));
            return Err(Failed::usage(message).advise("look at `durable db verify`, then add --yes to do it"));
        }
        let damage = found.damage.iter().map(|what| format!("  {}\n", escape(what)));
        write!(io::stderr(), "{} in {} rows:\n{}", problems(&found), found.rows, damage.collect::<String>())?;
        ask::typed("yes", "accept all rows as they are").await?;
    }
    let file = path.to_owned();
    blocking(move || SqliteStore::new(file).unprepared().renew_checksums()).await?;
    // What is wrong besides checksums still is.
    verify(desk, path).await
}

async fn check(path: &Path) -> Result<Verification, Failed> {
    if !path.exists() {
        return Err(Failed::new(Code::NotFound, format!("there is no file `{}`", path.display())));
    }
    let file = path.to_owned();
    blocking(move || SqliteStore::verify(file)).await
}

fn problems(found: &Verification) -> String {
    if found.problems == 1 { "1 problem".to_owned() } else { format!("{} problems", found.problems) }
}

async fn verify(desk: &Desk, path: &Path) -> Result<Code, Failed> {
    let found = check(path).await?;
    let json = serde_json::to_string(&found).unwrap_or_default();
    desk.out.one(&json, "", || {
        let Verification { rows, damage, .. } = &found;
        let mut lines: Vec<_> = damage.iter().map(|what| escape(what)).collect();
        lines.push(if found.is_sound() {
            format!("{rows} rows are sound.")
        } else {
            format!("{} in {rows} rows; restore a copy, or see RELIABILITY.md.", problems(&found))
        });
        lines.join("\n")
    })?;
    Ok(if found.is_sound() { Code::Done } else { Code::Error })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failed> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| refused(&error)),
        Err(error) => Err(Failed::new(Code::Error, format!("the work broke off: {error}"))),
    }
}

fn describe(stats: &Stats) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, value: String| lines.push(format!("{name:<18}{value}"));
    line("format", stats.format.to_string());
    line("SQLite", stats.sqlite_version.clone());
    line("file", size(stats.file_bytes));
    line("log (-wal)", size(stats.log_bytes));
    line("pages", format!("{} of {} bytes, {} unused", stats.pages, stats.page_bytes, stats.unused_pages));
    for (status, count) in &stats.instances {
        line(if *status == "Pending" { "instances" } else { "" }, format!("{count:>10} {status}"));
    }
    line("parked", format!("{:>10}", stats.parked));
    line("events", format!("{:>10} in {} turns", stats.events, stats.turns));
    line("entities", format!("{:>10}, {} locked", stats.entities, stats.locked));
    line("messages", format!("{:>10} waiting", stats.messages));
    line("large payloads", format!("{:>10}, {}", stats.large_payloads, size(stats.large_payload_bytes)));
    line(
        "closed in order",
        if stats.closed_in_order { "yes" } else { "no: it is open, or its program was killed" }.to_owned(),
    );
    lines.join("\n")
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}
