#![allow(unused)]
// a parallel iterator
use durable::prelude::*;
use rayon::prelude::*;

#[orchestrator]
async fn longest(ctx: &Context, words: Vec<String>) -> Result<Option<String>> {
    ctx.set_status("searching");
    Ok(words.par_iter().find_any(|word| word.len() > 10).cloned())
}

fn main() {}
