//! The pages of the dashboard: what they are sent with, and what they may not contain.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;
