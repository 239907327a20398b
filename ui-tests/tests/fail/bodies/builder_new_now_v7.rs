#![allow(unused)]
// bad: the builder's constructor gives every message a time-based UUID
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Message {
    id: Uuid,
    to: String,
    subject: String,
    body: String,
}

struct MessageBuilder {
    id: Uuid,
    to: String,
    subject: Option<String>,
    body: String,
}

impl MessageBuilder {
    fn new(to: impl Into<String>) -> Self {
        Self { id: Uuid::now_v7(), to: to.into(), subject: None, body: String::new() }
    }

    fn subject(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    fn line(mut self, line: &str) -> Self {
        self.body.push_str(line);
        self.body.push('\n');
        self
    }

    fn build(self) -> Message {
        let subject = self.subject.unwrap_or_else(|| "(no subject)".to_owned());
        Message { id: self.id, to: self.to, subject, body: self.body }
    }
}

#[activity]
async fn send(message: Message) -> Result<()> {
    tracing::info!("{message:?}");
    Ok(())
}

#[orchestrator]
async fn invite(ctx: &Context, guests: Vec<String>) -> Result<usize> {
    let mut sent = 0;
    for guest in &guests {
        let message = MessageBuilder::new(guest.as_str()).subject("You are invited").line("See you there!").build();
        ctx.call(send(message)).await?;
        sent += 1;
    }
    Ok(sent)
}

fn main() {}
