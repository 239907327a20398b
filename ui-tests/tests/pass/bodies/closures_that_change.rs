// closures that capture by reference, by change and by value
use durable::prelude::*;
#[activity]
async fn send(line: String) -> Result<()> {
    tracing::info!(%line);
    Ok(())
}

#[orchestrator]
async fn number_lines(ctx: &Context, lines: Vec<String>) -> Result<u32> {
    let mut next = 0;
    let mut number = |line: &str| {
        next += 1;
        format!("{next}: {line}")
    };
    let numbered: Vec<String> = lines.iter().map(|line| number(line)).collect();
    let longest = numbered.iter().map(String::len).max().unwrap_or_default();
    let pad = move |line: &String| format!("{line:longest$}");
    for line in numbered.iter().map(pad) {
        ctx.call(send(line)).await?;
    }
    Ok(next)
}
