// a type Command of the user's own
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Command {
    verb: String,
    arguments: Vec<String>,
    env: Option<String>,
}

impl Command {
    fn new(verb: &str) -> Self {
        Self { verb: verb.to_owned(), arguments: vec![], env: None }
    }

    fn arg(mut self, argument: impl ToString) -> Self {
        self.arguments.push(argument.to_string());
        self
    }

    fn env(self, env: &str) -> Self {
        Self { env: Some(env.to_owned()), ..self }
    }

    fn output(&self) -> String {
        format!("{} {}", self.verb, self.arguments.join(" "))
    }
}

#[activity]
async fn send(command: Command) -> Result<()> {
    tracing::info!(?command);
    Ok(())
}

#[orchestrator]
async fn ship(ctx: &Context, order: u64) -> Result<String> {
    let command = Command::new("ship").arg(order).arg("express").env("production");
    ctx.call(send(command.clone())).await?;
    Ok(command.output())
}
