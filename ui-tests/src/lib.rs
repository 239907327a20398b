//! What the macros of `durable` accept and refuse, and how they say so.
//!
//! - `tests/fail/<net>/<rule>.rs`: one rule a file, which is named after it. The `.stderr` beside it is what the compiler
//!   prints; it is pinned to the toolchain of this repository. Folders: one for each macro (`activity`, `entity`,
//!   `orchestrator`, `registry`); the nets of determinism (`names`, `types`, `helpers`); `roles` (what is mixed up);
//!   `sections` (what can't be done while entities are locked); `bodies`, longer pieces as people write them by mistake;
//!   `readme`, which the README shows.
//! - `tests/pass/<net>/<rule>.rs`: what must keep compiling, without a warning. In the nets, every refused rule has a twin
//!   here that comes as close to it as is fine. All files are modules of one test.
//! - `tests/hygiene.rs`: expansions in surroundings that are as strict as can be.
//!
//! After a change run `TRYBUILD=overwrite cargo test -p durable-ui-tests`, and read the difference as a user would: is
//! the caret under the tokens to change, does the text say what to do, does nothing follow from the first error?
