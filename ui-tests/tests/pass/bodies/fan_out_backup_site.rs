// good: the classic fan-out and fan-in of a site backup
use durable::prelude::*;

#[activity]
async fn list_files(root: String) -> Result<Vec<String>> {
    Ok(vec![format!("{root}/a"), format!("{root}/b")])
}

#[activity]
async fn copy_to_blob(path: String) -> Result<u64> {
    Ok(path.len() as u64)
}

#[orchestrator]
async fn back_up_site(ctx: &Context, root: Option<String>) -> Result<u64> {
    let root = root.filter(|root| !root.trim().is_empty()).unwrap_or_else(|| "/var/www".to_owned());
    let files = ctx.call(list_files(root)).await?;
    tracing::info!(count = files.len(), "files to back up");
    let tasks: Vec<_> = files.into_iter().map(|file| ctx.call(copy_to_blob(file))).collect();
    let sizes = durable::try_join_all(tasks).await?;
    let total: u64 = sizes.iter().sum();
    Ok(total)
}
