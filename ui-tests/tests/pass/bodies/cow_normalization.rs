// good: Cow avoids copies of names that are already clean
use std::borrow::Cow;

use durable::prelude::*;

#[deterministic]
fn normalized(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
        return Cow::Borrowed(name);
    }
    let mut clean: String = name
        .chars()
        .filter_map(|c| match c {
            'a'..='z' | '-' => Some(c),
            'A'..='Z' => Some(c.to_ascii_lowercase()),
            '_' | ' ' => Some('-'),
            _ => None,
        })
        .collect();
    while clean.contains("--") {
        clean = clean.replace("--", "-");
    }
    Cow::Owned(clean)
}

#[activity]
async fn create_repository(name: String, private: bool) -> Result<String> {
    Ok(format!("git@example:{name}{}", if private { "?private" } else { "" }))
}

#[orchestrator]
async fn create_repositories(ctx: &Context, names: Vec<String>) -> Result<Vec<String>> {
    let mut urls = Vec::new();
    for name in &names {
        let clean = normalized(name);
        let changed = matches!(clean, Cow::Owned(_));
        if changed {
            tracing::info!("`{name}` becomes `{clean}`");
        }
        urls.push(ctx.call(create_repository(clean.into_owned(), changed)).await?);
    }
    let mut banner: Cow<'static, str> = Cow::from("created");
    if urls.len() > 1 {
        banner.to_mut().push_str(" many");
    }
    ctx.set_status(&*banner);
    Ok(urls)
}
