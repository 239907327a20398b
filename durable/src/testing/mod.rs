//! Tools for tests of programs that use this crate.

pub mod conformance;
pub mod golden;

pub use golden::{Divergence, History, replay, replay_dir};
