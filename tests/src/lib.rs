//! What the tests of the whole share.

pub mod bench;
pub mod example;
pub mod fuzz;
pub mod torture;

/// The examples of the README compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
