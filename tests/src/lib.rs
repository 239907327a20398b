//! What the tests of the whole share.

pub mod bench;
pub mod browser;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub mod disk;
pub mod example;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub mod faults;
pub mod fuzz;
pub mod torture;

/// The examples of the README compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
