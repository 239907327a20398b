// functions of str and char as values
use durable::prelude::*;
#[orchestrator]
async fn normalize(ctx: &Context, names: Vec<String>) -> Result<Vec<String>> {
    ctx.set_status("normalizing");
    let capitalize = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    Ok(names
        .iter()
        .map(String::as_str)
        .map(str::trim)
        .map(str::to_lowercase)
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .map(|name| capitalize(&name))
        .collect())
}
