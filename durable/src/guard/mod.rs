//! What the feature `guard` sees: orchestrators that do what a replay can't repeat.
//!
//! The checks at compile time end where the user's crate ends. What dependencies do, and what is called by destructors,
//! operators and trait objects, shows when it runs. With the feature `guard`, an instance whose orchestrator reads the
//! clock, draws random numbers or does I/O while it is polled is parked, as
//! [`NotDurable`](crate::model::ParkReason::NotDurable), with a message such as
//!
//! ```text
//! the orchestrator `pay` reads the clock (clock_gettime) at src/fees.rs:12: a replay can't repeat that; use `ctx.now()` for the time
//! ```
//!
//! It goes on when mended code is deployed, like everything that is parked. There is nothing to call.
//!
//! # What is trapped
//!
//! Reading clocks, randomness of the operating system, files and streams, sockets, names of hosts, starting threads and
//! processes, sleeping, reading the environment, and the ids of processes: during turns and during replays, in the
//! user's code and in all that it calls.
//!
//! # What is let pass
//!
//! What no history depends on: subscribers of `tracing` and other loggers, panics, backtraces, allocators, the seeds of
//! hash maps, handlers of signals, and what is written to standard output and standard error. Activities and entities
//! may do anything.
//!
//! # What is not seen
//!
//! A random generator of a thread that has drawn its seed before (`rand::rng()` does so once); the environment as a
//! whole (`std::env::vars`) and the arguments of the program, which are memory; files that are mapped into memory;
//! system calls without the C library; what the C library does by itself (`localtime_r` reads files); destructors of
//! what is dropped when an instance ends while it waits.
//!
//! Lines need debug information, for which `debug = "line-tables-only"` is enough. Without it the message names a
//! function, if one was not inlined, and the seeds of `ahash` are trapped. In a program without symbols the message
//! names the call alone, and spans of `tracing`, other loggers and allocators that read the clock are trapped as well.
//!
//! An orchestrator that awaits something foreign is parked without the guard too; with it, the message tells the line.
//!
//! # Where it works, and what it costs
//!
//! It works on Linux with a shared glibc, on x86-64 and ARM64. Elsewhere, and under Miri, the feature does nothing.
//!
//! Functions of the C library are defined once more in this crate, and the linker takes these for the whole program and
//! its shared libraries; they call the real ones. That is why the feature is for the owner of a program to choose, and
//! never for a library: for tests, and for programs that prefer a parked instance to a wrong one. A call costs less than
//! a nanosecond more than before, a turn about a tenth of a microsecond, and a call that is trapped one or two
//! microseconds; the first message of a program reads its debug information, which can take a second.

#[cfg_attr(
    not(all(
        feature = "guard",
        target_os = "linux",
        target_env = "gnu",
        any(target_arch = "x86_64", target_arch = "aarch64"),
        not(target_feature = "crt-static"),
        not(miri),
    )),
    path = "off.rs"
)]
mod traps;

pub(crate) use traps::{kept_at, waker, watch};
