//! From the addresses of callers to the line of the user's code.

use std::{
    env,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    ptr,
};

use rustc_hash::FxHasher;

/// How many callers are noted, innermost first: enough to get from a socket or a formatter to the user's code.
pub(super) const DEPTH: usize = 64;

/// Code that may do what it likes, because no history depends on it: parts of names of functions.
const HARMLESS: &[&str] = &[
    // Subscribers, where they are called for a span, and other loggers.
    "tracing_core::dispatcher::Dispatch::",
    " as tracing_core::subscriber::Subscriber>::",
    "tracing_subscriber::",
    " as log::Log>::",
    // Allocators.
    "__rust_alloc",
    "__rust_realloc",
    "__rust_dealloc",
    " as core::alloc::global::GlobalAlloc>::",
    // Seeds of hash maps other than those of the standard library.
    "ahash::random_state::",
    // Backtraces of errors.
    "std::backtrace::Backtrace",
    "backtrace::capture::Backtrace",
    "backtrace::symbolize::",
    "backtrace_rs::symbolize::",
    // Handlers of signals, such as those of profilers.
    "__restore_rt",
];
/// How the C functions of allocators begin: jemalloc and mimalloc read the clock now and then.
const ALLOCATORS: &[&str] = &["_rjem_", "je_", "mi_", "_mi_"];

/// The folder of this crate, as the compiler notes it for each function.
const OWN_SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");
/// How the paths of the standard library begin, which are those of the machine that built it.
const STANDARD_SOURCES: &str = "/rustc/";
/// Parts of other paths of code that is not the user's: the standard library, and what cargo has fetched.
const FOREIGN_SOURCES: &[&str] = &["/lib/rustlib/src/", "/registry/src/", "/git/checkouts/", "/vendor/"];
/// Crates that are not the user's.
const FOREIGN_CRATES: &[&str] = &["std", "core", "alloc", "__rustc", "backtrace", "durable"];

/// Return addresses, which are resolved only when somebody wants to know.
#[derive(Debug)]
pub(super) struct Stack {
    addresses: [usize; DEPTH],
    /// Differs, as good as always, from those of other stacks.
    pub(super) fingerprint: u64,
}

/// Where a call comes from.
#[derive(Debug, PartialEq)]
pub(super) enum Origin {
    Harmless,
    /// The user's code: ` at src/flows.rs:12`, or ` in shop::fee` without debug information, if even that is known.
    Place(Option<String>),
}

/// A caller; one address can stand for several, of which all but the last were inlined.
struct Frame {
    function: String,
    source: Option<(PathBuf, u32)>,
}

impl Stack {
    pub(super) fn new(addresses: &[usize; DEPTH]) -> Self {
        let mut hasher = FxHasher::default();
        addresses.hash(&mut hasher);
        Self { addresses: *addresses, fingerprint: hasher.finish() }
    }

    pub(super) fn origin(&self) -> Origin {
        origin(&self.frames())
    }

    /// Reads the debug information of the program; slow the first time.
    fn frames(&self) -> Vec<Frame> {
        let mut frames = Vec::new();
        for address in self.addresses.into_iter().take_while(|address| *address != 0) {
            backtrace::resolve(ptr::without_provenance_mut(address), |symbol| {
                let function = symbol.name().map(|name| format!("{name:#}")).unwrap_or_default();
                let source = symbol.filename().map(Path::to_path_buf).zip(symbol.lineno());
                frames.push(Frame { function, source });
            });
        }
        frames
    }
}

fn origin(frames: &[Frame]) -> Origin {
    if frames.iter().any(|frame| is_harmless(&frame.function)) {
        return Origin::Harmless;
    }
    let line = frames.iter().filter_map(|frame| frame.source.as_ref()).find(|(file, _)| is_users(file));
    if let Some((file, line)) = line {
        let here = env::current_dir().unwrap_or_default();
        let file = file.strip_prefix(here).unwrap_or(file);
        return Origin::Place(Some(format!(" at {}:{line}", file.display())));
    }
    // Which crates are the user's is not known from names: it is the function that is called first.
    let function = frames.iter().rev().map(|frame| &frame.function).find(|function| is_called_by_user(function));
    Origin::Place(function.map(|function| format!(" in {function}")))
}

fn is_harmless(function: &str) -> bool {
    let is_c = !function.contains("::");
    HARMLESS.iter().any(|part| function.contains(part))
        || is_c && ALLOCATORS.iter().any(|begin| function.starts_with(begin))
}

fn is_users(file: &Path) -> bool {
    let file = file.to_string_lossy();
    let is_foreign = [OWN_SOURCES, STANDARD_SOURCES].iter().any(|begin| file.starts_with(begin))
        || FOREIGN_SOURCES.iter().any(|part| file.contains(part));
    file.ends_with(".rs") && !is_foreign
}

/// Whether a function is of some crate: `chrono::Utc::now`, `<shop::Price as Display>::fmt`, but not the orchestrator.
fn is_called_by_user(function: &str) -> bool {
    let path = function.trim_start_matches(['<', '&', '*', '[', '(']);
    let path = ["mut ", "dyn ", "const "].iter().fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    let foreign = path.split_once("::").is_none_or(|(name, _)| FOREIGN_CRATES.contains(&name));
    !foreign && !function.contains("Orchestrator>::run")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each frame as `function` or `function @ file`; without a file it has no debug information.
    #[track_caller]
    fn check(frames: &[&str], expected: &Origin) {
        let frame = |text: &&str| match text.split_once(" @ ") {
            Some((function, file)) => Frame { function: function.to_owned(), source: Some((file.into(), 7)) },
            None => Frame { function: (*text).to_owned(), source: None },
        };
        assert_eq!(origin(&frames.iter().map(frame).collect::<Vec<_>>()), *expected);
    }

    fn place(text: &str) -> Origin {
        Origin::Place(Some(text.to_owned()))
    }

    const OWN: &str = concat!("durable::guard::traps::note @ ", env!("CARGO_MANIFEST_DIR"), "/src/guard/traps/mod.rs");
    const STD: &str = "std::time::SystemTime::now @ /rustc/59807616e1fa/library/std/src/time.rs";
    const CHRONO: &str = "chrono::Utc::now @ /home/me/.cargo/registry/src/index-1949cf8c/chrono-0.4.45/src/utc.rs";
    const C: &str = "start_thread @ ./nptl/pthread_create.c";

    #[test]
    fn the_place_is_the_nearest_line_of_the_users() {
        check(
            &[OWN, STD, CHRONO, "shop::fee @ /shop/src/fee.rs", "shop::pay @ /shop/src/pay.rs"],
            &place(" at /shop/src/fee.rs:7"),
        );
        check(&[OWN, STD, C], &Origin::Place(None));
    }

    #[test]
    fn without_debug_information_the_place_is_the_function_nearest_to_the_orchestrator() {
        let orchestrator = "<shop::pay as durable::orchestration::Orchestrator>::run::{{closure}}";
        let inner =
            ["durable::guard::traps::note", "clock_gettime", "<std::time::SystemTime>::now", "chrono::Utc::now"];
        check(&[&inner[..], &["shop::fee", orchestrator, "durable::panic::catch"]].concat(), &place(" in shop::fee"));
        check(&[&inner[..3], &[orchestrator]].concat(), &Origin::Place(None));
        check(
            &["getenv", "<&dyn shop::Rate as core::fmt::Debug>::fmt"],
            &place(" in <&dyn shop::Rate as core::fmt::Debug>::fmt"),
        );
    }

    #[test]
    fn loggers_and_allocators_are_harmless_also_without_debug_information() {
        let on_enter = "<shop::Timings as tracing_subscriber::layer::Layer<S>>::on_enter";
        check(&["clock_gettime", on_enter, "shop::pay @ /shop/src/pay.rs"], &Origin::Harmless);
        check(&["clock_gettime", "_rjem_je_arena_decay", "_rjem_je_malloc_default", "shop::pay"], &Origin::Harmless);
        check(&["clock_gettime", "mi_heap_collect", "shop::pay"], &Origin::Harmless);
        check(&["clock_gettime", "mi_shop::pay", "durable::panic::catch"], &place(" in mi_shop::pay"));
        check(
            &[
                STD,
                "shop::pay @ /shop/src/pay.rs",
                "<tracing::instrument::Instrumented<T> as core::future::Future>::poll",
            ],
            &place(" at /shop/src/pay.rs:7"),
        );
    }
}
