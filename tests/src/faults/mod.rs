//! Faults under the store: power that is lost, disks that are full or fail, files that are damaged.
//!
//! A program does a bit of everything on a [simulated disk](crate::disk); everything that clients are told, and every
//! activity that runs, leaves a mark in the trace of the disk. What the disk leaves is opened again, everything is let
//! finish, and what was told is compared with what is there.
//!
//! `cargo run --release -p durable-tests --bin faults -- power --images 500 --seed 1`, and so on: see `--help`.

mod check;
pub mod corrupt;
mod damage;
pub mod full;
pub mod io;
mod journal;
mod plan;
pub mod power;
mod program;
mod scratch;
mod workload;

pub use scratch::{Summary, count_panics, in_parallel};
