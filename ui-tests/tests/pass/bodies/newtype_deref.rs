// a newtype that dereferences to what it holds
use durable::prelude::*;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Names(Vec<String>);

impl Deref for Names {
    type Target = Vec<String>;

    fn deref(&self) -> &Vec<String> {
        &self.0
    }
}

impl DerefMut for Names {
    fn deref_mut(&mut self) -> &mut Vec<String> {
        &mut self.0
    }
}

impl FromIterator<String> for Names {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().filter(|name| !name.is_empty()).collect())
    }
}

impl<'a> IntoIterator for &'a Names {
    type Item = &'a String;
    type IntoIter = std::slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[activity]
async fn greet(name: String) -> Result<String> {
    Ok(format!("Hello, {name}!"))
}

#[orchestrator]
async fn greet_all(ctx: &Context, names: Vec<String>) -> Result<Names> {
    let mut names: Names = names.into_iter().collect();
    names.sort();
    names.push("everybody".to_owned());
    let mut greetings = Names::default();
    for name in &names {
        greetings.push(ctx.call(greet(name.clone())).await?);
    }
    Ok(greetings)
}
