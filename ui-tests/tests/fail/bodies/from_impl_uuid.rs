#![allow(unused)]
// bad: the From impl behind `.into()` gives every envelope a v4 UUID
use durable::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Signup {
    email: String,
    referrer: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Envelope {
    message_id: String,
    topic: String,
    body: String,
}

impl From<Signup> for Envelope {
    fn from(signup: Signup) -> Self {
        let body = match signup.referrer {
            Some(referrer) => format!("{} (by {referrer})", signup.email),
            None => signup.email,
        };
        Self { message_id: Uuid::new_v4().to_string(), topic: "signups".to_owned(), body }
    }
}

#[activity]
async fn publish(envelope: Envelope) -> Result<()> {
    tracing::info!("{envelope:?}");
    Ok(())
}

#[orchestrator]
async fn announce_signups(ctx: &Context, signups: Vec<Signup>) -> Result<usize> {
    let mut published = 0;
    for signup in signups {
        if !signup.email.contains('@') {
            continue;
        }
        let envelope: Envelope = signup.into();
        ctx.call(publish(envelope)).await?;
        published += 1;
    }
    Ok(published)
}

fn main() {}
