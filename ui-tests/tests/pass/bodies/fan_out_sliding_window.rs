// good: never more than LIMIT calls in flight, refilled as each completes
use durable::{future::LocalBoxDurable, prelude::*};

const LIMIT: usize = 5;

#[activity]
async fn thumbnail(image: String) -> Result<String> {
    Ok(format!("{image}.thumb"))
}

#[orchestrator]
async fn thumbnails(ctx: &Context, images: Vec<String>) -> Result<Vec<String>> {
    let mut waiting = images.into_iter();
    let mut running: Vec<LocalBoxDurable<'_, Result<String>>> = Vec::with_capacity(LIMIT);
    for image in waiting.by_ref().take(LIMIT) {
        running.push(ctx.call(thumbnail(image)).into_future());
    }
    let mut done = Vec::new();
    while !running.is_empty() {
        let (index, result) = durable::select_all(running.iter_mut()).await;
        drop(running.remove(index));
        done.push(result?);
        if let Some(image) = waiting.next() {
            running.push(ctx.call(thumbnail(image)).into_future());
        }
    }
    Ok(done)
}
