// ok_or_else, early returns and nested question marks in closures
use durable::prelude::*;
#[activity]
async fn read(name: String) -> Result<String> {
    Ok(name)
}

#[orchestrator]
async fn settings(ctx: &Context, names: Vec<String>) -> Result<Option<u32>> {
    if names.is_empty() {
        return Ok(None);
    }
    let first = names.first().ok_or_else(|| Error::new("impossible"))?;
    let text = ctx.call(read(first.clone())).await?;
    let parse = |text: &str| -> Result<u32> {
        let (key, value) = text.split_once('=').ok_or_else(|| Error::new("no `=`"))?;
        if key != "limit" {
            return Err(Error::fatal(format!("`{key}` is no setting")));
        }
        Ok(value.trim().parse()?)
    };
    let fallback = || -> Option<u32> { names.get(1)?.chars().next()?.to_digit(10) };
    Ok(parse(&text).ok().or_else(fallback))
}
