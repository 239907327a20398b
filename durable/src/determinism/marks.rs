//! The mark of functions that orchestrators may call.

use crate::orchestration::{join_all, race, select_all, timeout, try_join_all};

/// On the twin of a function: its body was checked, or calling it only describes work.
#[doc(hidden)]
pub trait Marked {}

/// What stands for a function that has no mark.
#[derive(Debug)]
pub enum Unmarked {}

macro_rules! marked {
    ($($function:ident)*) => { $(impl Marked for $function {})* };
}

marked! { race select_all timeout join_all try_join_all }
