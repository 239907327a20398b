//! The `main` of a program that runs one framework: reads the job, gives it a new directory, prints how it went.

use std::path::Path;

use crate::{
    Result,
    job::{Job, Run},
};

/// Runs the job that is the only argument, as JSON, with `run`, and prints its answer as one line of JSON.
///
/// # Errors
///
/// There is no job, or the framework does not start.
#[expect(clippy::print_stdout, reason = "the answer goes to the program that compares")]
pub async fn answer(run: impl AsyncFnOnce(Job, &Path) -> Result<Run>) -> Result<()> {
    let job =
        std::env::args().nth(1).ok_or("the only argument is a job, as `cargo run` of the workspace above gives")?;
    let job: Job = serde_json::from_str(&job)?;
    let directory = tempfile::tempdir()?;
    let run = run(job, directory.path()).await?;
    println!("{}", serde_json::to_string(&run)?);
    Ok(())
}
