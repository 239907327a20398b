use durable::prelude::*;

#[derive(Debug)]
pub struct Command {
    text: String,
}

impl Command {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
}

#[orchestrator]
pub async fn list(_ctx: &Context) -> Result<String> {
    Ok(Command::new("list").text)
}
