// types of the user's own that are named like those of the library
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Client {
    name: String,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Lead,
    Customer,
}

#[derive(Debug)]
struct Handle<'a>(&'a Client);

impl Handle<'_> {
    fn read(&self) -> State {
        self.0.state
    }

    fn join(&self, other: &str) -> String {
        format!("{} & {other}", self.0.name)
    }
}

#[activity]
async fn welcome(client: Client) -> Result<()> {
    tracing::info!(?client);
    Ok(())
}

#[orchestrator]
async fn onboard(ctx: &Context, client: Client) -> Result<String> {
    let handle = Handle(&client);
    if handle.read() == State::Lead {
        ctx.call(welcome(client.clone())).await?;
    }
    Ok(handle.join("Co."))
}
