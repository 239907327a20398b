//! The environment for tests, tested.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod code;
mod crashes;
mod env;
mod exploring;
mod mocks;
mod replays;
