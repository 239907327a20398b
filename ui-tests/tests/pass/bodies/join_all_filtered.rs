// a fan-out over what a filter leaves
use durable::prelude::*;
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Kind {
    Photo,
    Film { seconds: u32 },
}

#[activity]
async fn transcode(name: String, seconds: u32) -> Result<u32> {
    Ok(seconds + name.len() as u32)
}

#[orchestrator]
async fn transcode_films(ctx: &Context, files: Vec<(String, Kind)>) -> Result<Vec<u32>> {
    let films = files.iter().filter_map(|(name, kind)| match kind {
        Kind::Film { seconds } if *seconds > 0 => Some((name, *seconds)),
        Kind::Film { .. } | Kind::Photo => None,
    });
    let calls = films.map(|(name, seconds)| ctx.call(transcode(name.clone(), seconds)));
    durable::join_all(calls).await.into_iter().collect()
}
