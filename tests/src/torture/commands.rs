//! What the target can be told to do.

use std::time::{Duration, SystemTime};

use durable::{Client, EntityId, Error, IfExists, InstanceId, Payload, Result};
use serde_json::json;

/// Does what the command says; gives what the library answered.
pub(super) async fn follow(client: &Client, command: &str) -> Result<Option<String>> {
    let mut words = command.split(' ');
    let mut word = || words.next().ok_or_else(|| Error::new(format!("`{command}` is too short")));
    match word()? {
        "start" => {
            let (id, delay, name) = (word()?, word()?, word()?);
            let input = Payload::from_json(words.collect::<Vec<_>>().join(" "))?;
            let mut start = client.start_named(name, input).instance_id(id).if_exists(IfExists::Attach);
            if let Some(time) = later(delay)? {
                start = start.at(time);
            }
            start.await?;
            Ok(None)
        }
        "event" => {
            let (id, number) = (InstanceId::new(word()?)?, word()?.parse::<u64>()?);
            client.raise_event(&id, "number", &number).await.map(|()| None)
        }
        "signal" => {
            let (key, operation, delay) = (word()?, word()?, word()?);
            let (entity, input) = (EntityId::new("Counter", key)?, argument(operation, word()?)?);
            let mut signal = client.signal_named(entity, operation, input);
            if let Some(time) = later(delay)? {
                signal = signal.at(time);
            }
            signal.await.map(|()| None)
        }
        "call" => {
            let (key, operation) = (word()?, word()?);
            let (entity, input) = (EntityId::new("Counter", key)?, argument(operation, word()?)?);
            let result = client.call_named(entity, operation, input).await?;
            Ok(Some(result.as_json().to_owned()))
        }
        "suspend" => client.suspend(&InstanceId::new(word()?)?, "to try it").await.map(|()| None),
        "resume" => client.resume(&InstanceId::new(word()?)?, "tried").await.map(|()| None),
        "terminate" => client.terminate(&InstanceId::new(word()?)?, "doomed").await.map(|()| None),
        "rewind" => client.rewind(&InstanceId::new(word()?)?, "mended").await.map(|_| None),
        "purge" => client.purge(&InstanceId::new(word()?)?).await.map(|()| None),
        "wait" => {
            let output: Payload = client.handle::<Payload, Error>(word()?)?.output().await?;
            Ok(Some(output.as_json().to_owned()))
        }
        unknown => Err(Error::new(format!("unknown command `{unknown}`"))),
    }
}

/// What the operation takes: the token, and where to relay it.
fn argument(operation: &str, token: &str) -> Result<Payload> {
    let json = if operation == "relay" { json!(["relayed", token]) } else { json!(token) };
    Ok(Payload::encode(&json)?)
}

#[expect(clippy::disallowed_methods, reason = "there is no durable time outside of an orchestration")]
fn later(millis: &str) -> Result<Option<SystemTime>> {
    let millis = millis.parse::<u64>()?;
    Ok((millis > 0).then(|| SystemTime::now() + Duration::from_millis(millis)))
}
