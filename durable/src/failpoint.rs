//! Places at which our own tests let the process die, get an error, or wait. Nothing of it is compiled without the
//! feature `failpoints`, which is for the tests of this repository only.
//!
//! `DURABLE_FAILPOINT=commit.middle=kill@3` lets the process die when it comes to that place for the third time; `error`
//! gives an error instead, where there can be one; `delay` waits there from then on. What happens is told on standard
//! error.

/// Every place, with what is about to happen, or has just happened, when the process comes to it.
#[cfg(feature = "failpoints")]
pub const SITES: &[(&str, &str)] = &[
    ("open.locked", "the lock is taken, and nothing is read yet"),
    ("open.migrate", "a step of a migration is about to be made"),
    ("open.migrated", "all steps are made, and not committed"),
    ("open.epoch", "the epoch is raised and stored"),
    ("commit.before", "a round is about to be written"),
    ("commit.middle", "a round is written, and not committed"),
    ("commit.after", "a round is committed, and nobody knows"),
    ("activities.begin", "activities are about to begin"),
    ("activities.begun", "activities have begun, and no answer has left"),
    ("sync.before", "the log is about to be brought to the disk"),
    ("sync.after", "the log is on disk, and no answer has left"),
    ("answers.left", "answers have left"),
    ("activity.ended", "an activity has ended, and its result is not reported"),
    ("activity.taken_in", "the result of an activity is with its orchestration, and not stored"),
    ("operation.ended", "an async operation of an entity has ended, and its result is not reported"),
    ("timer.fired", "a timer has fired, and nothing is stored"),
    ("generation.next", "an orchestration continues as new, and nothing is stored"),
    ("sections.end", "entities are about to be unlocked"),
    ("instance.evicted", "an instance has left memory, and nothing is stored"),
    ("instance.purged", "an instance is about to be removed"),
    ("instance.rewound", "an instance is about to be rewound"),
    ("recovery.page", "recovery is about to read the next unfinished instances"),
    ("recovery.load", "recovery is about to replay an instance"),
    ("recovery.suspect", "recovery is about to take up an instance that was being taken up at a crash"),
    ("recovery.end", "recovery has come to its end"),
    ("checkpoint.before", "the log is about to be moved into the database"),
    ("checkpoint.after", "the log has been moved into the database"),
    ("drain.begin", "an orderly end begins"),
    ("drain.end", "nothing runs any more, and the store is still open"),
    ("close.before", "the store is about to be marked as closed in order"),
    ("close.marked", "the store is marked, and its log is not emptied"),
    ("close.after", "the log is emptied, and the lock is still held"),
];

/// The places that can give an error.
#[cfg(feature = "failpoints")]
pub const FALLIBLE: &[&str] = &[
    "open.locked",
    "open.migrate",
    "open.migrated",
    "open.epoch",
    "commit.before",
    "commit.middle",
    "sync.before",
    "close.before",
];

/// Marks a place; with an error, the function returns that when it is chosen.
macro_rules! failpoint {
    ($site:literal) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::hit($site);
    };
    ($site:literal, $error:expr) => {
        #[cfg(feature = "failpoints")]
        if $crate::failpoint::hit($site) {
            return Err($error);
        }
    };
}

#[cfg(feature = "failpoints")]
pub(crate) use chosen::hit;

#[cfg(feature = "failpoints")]
mod chosen {
    use std::{
        io::Write,
        sync::{
            OnceLock,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };

    /// The place that was chosen for this process.
    struct Chosen {
        site: String,
        action: Action,
        /// At which visit.
        at: u64,
        visits: AtomicU64,
    }

    #[derive(Debug, Clone, Copy)]
    enum Action {
        Kill,
        Error,
        Delay,
    }

    /// Does what was chosen; whether there is to be an error.
    pub(crate) fn hit(site: &str) -> bool {
        static CHOSEN: OnceLock<Option<Chosen>> = OnceLock::new();
        let chosen = CHOSEN.get_or_init(|| std::env::var("DURABLE_FAILPOINT").ok().map(|text| Chosen::parse(&text)));
        let Some(chosen) = chosen.as_ref().filter(|chosen| chosen.site == site) else { return false };
        let visit = chosen.visits.fetch_add(1, Ordering::Relaxed) + 1;
        if visit == chosen.at {
            let line = format!("failpoint {site}: {:?} at visit {visit}\n", chosen.action);
            drop(std::io::stderr().write_all(line.as_bytes()));
        }
        match chosen.action {
            // As sudden as SIGKILL: nothing is flushed, unwound or dropped.
            Action::Kill if visit == chosen.at => std::process::abort(),
            Action::Delay if visit >= chosen.at => wait(),
            Action::Error => return visit == chosen.at,
            Action::Kill | Action::Delay => {}
        }
        false
    }

    #[expect(clippy::disallowed_methods, reason = "to be late is what the action is for")]
    fn wait() {
        std::thread::sleep(Duration::from_millis(3));
    }

    impl Chosen {
        /// # Panics
        ///
        /// The text is wrong: a test that tests nothing would pass.
        fn parse(text: &str) -> Self {
            let parse = || {
                let (site, rest) = text.split_once('=')?;
                let (action, at) = rest.split_once('@')?;
                let action = match action {
                    "kill" => Action::Kill,
                    "error" => Action::Error,
                    "delay" => Action::Delay,
                    _ => return None,
                };
                let site = super::SITES.iter().find(|(known, _)| *known == site)?.0.to_owned();
                Some(Self { site, action, at: at.parse().ok()?, visits: AtomicU64::new(0) })
            };
            parse().unwrap_or_else(|| panic!("DURABLE_FAILPOINT=`{text}` is no `site=kill|error|delay@visit`"))
        }
    }
}
