#![allow(unused)]
// bad: futures::future::join_all instead of durable::join_all
use durable::prelude::*;
use futures::future::join_all;

#[activity]
async fn translate(text: String, language: String) -> Result<String> {
    Ok(format!("[{language}] {text}"))
}

#[orchestrator]
async fn translate_everything(ctx: &Context, texts: Vec<String>, language: String) -> Result<Vec<String>> {
    let total = texts.len();
    let calls = texts.into_iter().map(|text| ctx.call(translate(text, language.clone())).into_future());
    let mut translated = Vec::with_capacity(total);
    let mut failures = 0_usize;
    for result in join_all(calls).await {
        match result {
            Ok(text) => translated.push(text),
            Err(error) => {
                tracing::warn!(%error, "not translated");
                failures += 1;
            }
        }
    }
    if failures * 2 > total {
        return Err(Error::new(format!("{failures} of {total} texts failed")));
    }
    Ok(translated)
}

fn main() {}
