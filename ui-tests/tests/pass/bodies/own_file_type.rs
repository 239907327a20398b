// attachments of a mail, in a type named File
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct File {
    name: String,
    bytes: Vec<u8>,
}

impl File {
    fn create(name: &str) -> Self {
        Self { name: name.to_owned(), bytes: Vec::new() }
    }

    fn write(&mut self, line: &str) -> &mut Self {
        self.bytes.extend_from_slice(line.as_bytes());
        self
    }

    fn exists(files: &[Self], name: &str) -> bool {
        files.iter().any(|file| file.name == name)
    }

    fn metadata(&self) -> (usize, &str) {
        (self.bytes.len(), self.name.rsplit('.').next().unwrap_or_default())
    }
}

#[activity]
async fn mail(files: Vec<File>) -> Result<()> {
    tracing::info!(files = files.len());
    Ok(())
}

#[orchestrator]
async fn send_report(ctx: &Context, lines: Vec<String>) -> Result<usize> {
    let mut file = File::create("report.txt");
    for line in &lines {
        file.write(line).write("\n");
    }
    let (size, extension) = file.metadata();
    tracing::info!(size, extension);
    let files = vec![file];
    if File::exists(&files, "report.txt") {
        ctx.call(mail(files)).await?;
    }
    Ok(size)
}
