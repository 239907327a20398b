use durable::prelude::*;

#[orchestrator]
pub async fn overdue(_ctx: &Context, text: String) -> Result<Vec<String>> {
    let cases: [fn(&str) -> String; 2] = [str::to_uppercase, str::to_lowercase];
    Ok(cases.iter().map(|case| case(&text)).collect())
}
