//! What the macros of `durable` accept and refuse, and how they say so.
//!
//! - `tests/fail/<macro>/<rule>.rs`: one rule a file, which is named after it. The `.stderr` beside it is what the
//!   compiler prints; it is pinned to the toolchain of this repository.
//! - `tests/pass/<macro>/<shape>.rs`: what must keep compiling, without a warning.
//! - `tests/hygiene.rs`: expansions in surroundings that are as strict as can be.
//!
//! After a change run `TRYBUILD=overwrite cargo test -p durable-ui-tests`, and read the difference as a user would: is
//! the caret under the tokens to change, does the text say what to do, does nothing follow from the first error?
