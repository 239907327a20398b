//! What activities noted outside of the database.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use super::{Evidence, Violations};
use crate::torture::{instance::Instance, program::Finished};

/// The ledger.
pub(super) struct Runs {
    /// The idempotency key of each run.
    pub(super) by_run: HashMap<String, String>,
    /// Which instances had activities.
    pub(super) instances: HashSet<String>,
    /// How many different attempts there were.
    pub(super) attempts: usize,
}

impl Runs {
    pub(super) fn read(ledger: &Path) -> Result<Self, Violations> {
        let lines = BufReader::new(File::open(ledger)?).lines();
        let (mut by_run, mut instances, mut attempts) = (HashMap::new(), HashSet::new(), HashSet::new());
        for line in lines {
            let line = line?;
            let fields: Vec<&str> = line.split('\t').collect();
            // What was torn by a death was not reported either.
            let [instance, key, attempt, run, "."] = fields[..] else { continue };
            by_run.insert(run.to_owned(), key.to_owned());
            instances.insert(instance.to_owned());
            attempts.insert(format!("{key} {attempt}"));
        }
        Ok(Self { by_run, instances, attempts: attempts.len() })
    }
}

/// Each consumed result is that of a run of its activity, and no activity gave two.
pub(super) fn check_receipts(evidence: &Evidence<'_>, runs: &Runs, violations: &mut Vec<String>) {
    let mut keys = HashSet::new();
    for Instance { id, result, .. } in evidence.instances {
        let Some(Ok(Finished { receipts, .. })) = result else { continue };
        for receipt in receipts {
            if !keys.insert(&receipt.key) {
                violations.push(format!("`{id}` consumed a second result of the activity {}", receipt.key));
            }
            match runs.by_run.get(&receipt.run) {
                Some(key) if *key == receipt.key => {}
                Some(key) => violations.push(format!("`{id}` consumed for {} the result of {key}", receipt.key)),
                None => violations.push(format!("`{id}` consumed the result of a run {} that never was", receipt.run)),
            }
        }
    }
}
