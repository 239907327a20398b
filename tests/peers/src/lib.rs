//! What the programs that run one framework each, and the program that compares them, have in common.

pub mod workload;
pub mod contestant;
pub mod job;
pub mod load;
pub mod ratio;
pub mod program;
pub mod settings;
pub mod build;
pub mod table;

/// Whatever goes wrong in a benchmark is for people to read.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;
