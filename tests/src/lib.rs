//! What the tests of the whole share.

pub mod bench;
pub mod example;
pub mod torture;
