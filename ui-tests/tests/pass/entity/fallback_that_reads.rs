use durable::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Settings {
    values: BTreeMap<String, String>,
}

#[entity]
impl Settings {
    fn set(&mut self, name: String, value: String) {
        self.values.insert(name, value);
    }

    #[fallback]
    fn get(&self, name: std::string::String, _: ()) -> Option<String> {
        self.values.get(&name).cloned()
    }

    #[skip]
    fn count(&self) -> usize {
        self.values.len()
    }
}

/// All.
pub const ALL: Registry = registry![Settings];
