//! Whether what is written can be trusted to reach the disk.

use std::sync::{Arc, OnceLock};

use super::error::{Fault, Outcome};

/// Shared by all that write or sync the file in this process: the committer, the checkpoints and the syncer of the log.
///
/// After a failed write or sync nobody knows what is on disk, and a sync that ends well later does not tell: the
/// operating system reports a failure once, and forgets what was to be written. So it is remembered here for good.
#[derive(Debug, Clone, Default)]
pub(super) struct Health(Arc<OnceLock<String>>);

impl Health {
    /// An error if anything has failed before.
    pub(super) fn check(&self) -> Outcome<()> {
        self.0.get().map_or(Ok(()), |reason| {
            Err(Fault::Io(format!("an earlier write or sync failed, so nothing can be promised any more: {reason}")))
        })
    }

    /// Remembers a failure of reading or writing; others have left everything as it was.
    pub(super) fn note(&self, fault: &Fault) {
        if fault.is_io() {
            // The first one counts.
            drop(self.0.set(fault.reason()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_disk_is_remembered_for_good_and_others_are_not() {
        let health = Health::default();
        health.note(&Fault::Fenced);
        health.check().unwrap();
        health.clone().note(&Fault::Io("no disk".to_owned()));
        for _ in 0..2 {
            let fault = health.check().unwrap_err();
            assert!(fault.is_io() && fault.reason().contains("no disk"), "{fault:?}");
        }
    }
}
