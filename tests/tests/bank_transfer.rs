//! The bank goes on after every `kill -9`: no audit misses money, and every transfer is made once.
#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

use std::{path::Path, time::Duration};

use durable_tests::{
    example::{self, Example},
    torture::{Random, process::pause},
};
use rusqlite::{Connection, OpenFlags};

const KILLS: usize = 5;

/// Enough that five processes can't make all of them before they are killed, and no more than seconds of work.
const TRANSFERS: u32 = if cfg!(debug_assertions) { 20_000 } else { 100_000 };

#[test]
fn no_audit_misses_money_and_every_transfer_is_made_once_whatever_is_killed() {
    let transfers = std::env::var("DURABLE_TRANSFERS").map_or(TRANSFERS, |number| number.parse().unwrap());
    let mut random = Random::new(example::seed());
    let directory = tempfile::tempdir().unwrap();
    let start = |transfers: u32| Example::start_with("bank_transfer", directory.path(), &[&transfers.to_string()]);

    let (mut audits, mut interrupted) = (0, 0);
    for kill in 1..=KILLS {
        let mut bank = start(transfers);
        // The first two may come before anything is there, or while the accounts are opened.
        let lines = random.between(u64::from(kill > 2), 3);
        for _ in 0..lines {
            check_audit(&bank.line().unwrap(), &mut audits);
        }
        let milliseconds = random.between(0, 150);
        pause(Duration::from_millis(milliseconds));
        bank.kill();
        while let Some(line) = bank.line() {
            // The line of the end would be none of an audit.
            check_audit(&line, &mut audits);
        }
        let locked = locked(directory.path()).unwrap_or(0);
        interrupted += locked;
        println!("kill {kill}: {milliseconds} ms after {lines} lines, after audit {audits}, {locked} accounts locked");
    }
    assert!(interrupted > 0, "no kill has met a critical section");
    check_end(start(transfers), &mut audits, transfers);
    assert_eq!(stored(directory.path()), (100, 100_000, transfers, 0));

    // A start after the end makes a new series, with an auditor who begins anew, and opens no account again.
    check_end(start(100), &mut 0, 100);
    assert_eq!(stored(directory.path()), (100, 100_000, transfers + 100, 0));
}

/// Audits follow each other, but the line of one that was interrupted may come twice.
#[track_caller]
fn check_audit(line: &str, audits: &mut u64) {
    let number = line.strip_prefix("audit ").and_then(|rest| rest.strip_suffix(": 100000 in 100 accounts"));
    let number = number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("unexpected: {line}"));
    assert!(number == *audits || number == *audits + 1, "audit {number} after audit {audits}");
    *audits = number;
}

#[track_caller]
fn check_end(bank: Example, audits: &mut u64, transfers: u32) {
    let mut lines = bank.output();
    let last = lines.pop().unwrap();
    for line in lines {
        check_audit(&line, audits);
    }
    let expected = format!("{transfers} transfers done, 100000 in 100 accounts, no lock left, ");
    assert!(last.starts_with(&expected), "{last}");
}

/// How many accounts the killed program has left locked; an error if it had no time to make a database.
fn locked(directory: &Path) -> rusqlite::Result<u32> {
    // Whoever may write could mend what the next start has to mend.
    let database = Connection::open_with_flags(directory.join("example.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    database.query_one("SELECT count(*) FROM entities WHERE locked_by IS NOT NULL", (), |row| row.get(0))
}

/// What is in the database: accounts, money in them, withdrawals from them, and orchestrations.
fn stored(directory: &Path) -> (u32, u32, u32, u32) {
    let database = Connection::open(directory.join("example.db")).unwrap();
    let accounts = "SELECT count(*), sum(state ->> '$.balance'), sum(state ->> '$.withdrawals'), \
                    (SELECT count(*) FROM instances) FROM entities WHERE name = 'Account'";
    let found = database.query_one(accounts, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    found.unwrap()
}
