// good: let-else, if-let chains and while-let
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Person {
    name: String,
    age: Option<u32>,
    guardian: Option<Box<Person>>,
    address: Option<String>,
}

#[activity]
async fn send_letter(address: String, name: String) -> Result<u32> {
    Ok((address.len() + name.len()) as u32)
}

#[orchestrator]
async fn write_to(ctx: &Context, people: Vec<Person>) -> Result<u32> {
    let mut pages = 0;
    for person in people {
        let Person { name, age: Some(age), guardian, address } = person else {
            tracing::info!("a person without an age");
            continue;
        };
        let recipient = if age < 18
            && let Some(guardian) = guardian.as_deref()
            && let Some(address) = &guardian.address
            && guardian.age.is_some_and(|age| age >= 18)
        {
            Some((address.clone(), guardian.name.clone()))
        } else if let Some(address) = address
            && age >= 18
        {
            Some((address, name.clone()))
        } else {
            None
        };
        let Some((address, to)) = recipient else {
            return Err(Error::new(format!("nobody to write to for {name}")));
        };
        let mut parts = address.splitn(2, ',');
        let (Some(street), Some(city)) = (parts.next(), parts.next()) else {
            continue;
        };
        pages += ctx.call(send_letter(format!("{}\n{}", street.trim(), city.trim()), to)).await?;
    }
    Ok(pages)
}
