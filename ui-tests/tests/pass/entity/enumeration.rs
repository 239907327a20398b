//! A case.

use durable::prelude::*;
use serde::{Deserialize, Serialize};

/// A light.
#[entity(name = "traffic light")]
#[derive(Default, Serialize, Deserialize)]
pub enum Light {
    /// Stop.
    #[default]
    Red,
    /// Go.
    Green,
}

#[entity]
impl Light {
    /// Lets them go.
    pub fn go(&mut self) {
        *self = Self::Green;
    }

    fn stop(&mut self) {
        *self = Self::Red;
    }
}

/// All.
pub const ALL: Registry = registry![Light];
