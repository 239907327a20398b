// good: every item goes through several steps in its own async block, all of them at once
use std::time::Duration;

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Video {
    id: u64,
    seconds: u32,
}

#[activity]
async fn transcode(video: Video, height: u32) -> Result<String> {
    Ok(format!("{}-{height}p", video.id))
}

#[activity]
async fn thumbnail(file: String, second: u32) -> Result<String> {
    Ok(format!("{file}@{second}"))
}

#[orchestrator]
async fn process_videos(ctx: &Context, videos: Vec<Video>) -> Result<Vec<(String, usize)>> {
    let heights = [480, 720, 1_080];
    let count = videos.len();
    let work = videos.into_iter().enumerate().map(|(index, video)| async move {
        if index > 0 {
            ctx.timer(Duration::from_secs(index as u64)).await;
        }
        let mut best = String::new();
        for height in heights.into_iter().filter(|height| *height < 1_000 || video.seconds < 600) {
            best = ctx.call(transcode(video.clone(), height)).await?;
        }
        let seconds = (0..video.seconds).step_by(60).take(5);
        let pictures = durable::join_all(seconds.map(|second| ctx.call(thumbnail(best.clone(), second)))).await;
        let made = pictures.iter().filter(|picture| picture.is_ok()).count();
        Ok::<_, Error>((best, made))
    });
    let results = durable::try_join_all(work).await?;
    debug_assert_eq!(results.len(), count);
    Ok(results)
}
