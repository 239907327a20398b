// let-else with options, results and slices
use durable::prelude::*;
#[activity]
async fn lookup(user: u64) -> Result<Option<String>> {
    Ok((user > 10).then(|| format!("user-{user}@example.org")))
}

#[orchestrator]
async fn domain(ctx: &Context, user: u64) -> Result<String> {
    let Some(address) = ctx.call(lookup(user)).await? else {
        return Err(Error::fatal("no such user"));
    };
    let [name, domain] = address.split('@').collect::<Vec<_>>()[..] else {
        return Err(Error::new("no address"));
    };
    let Ok(number) = name.trim_start_matches("user-").parse::<u64>() else { return Ok(String::new()) };
    Ok(format!("{domain}/{number}"))
}
