// matching on slices, ranges, bindings and alternatives
use durable::prelude::*;
#[activity]
async fn run(command: String, arguments: Vec<String>) -> Result<i32> {
    Ok((command.len() + arguments.len()) as i32)
}

#[orchestrator]
async fn shell(ctx: &Context, line: String) -> Result<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let code = match words.as_slice() {
        [] => 0,
        ["exit"] => return Ok("bye".to_owned()),
        ["exit", code] => code.parse::<i32>()?,
        [command @ ("ls" | "cat"), arguments @ ..] if arguments.len() < 10 => {
            ctx.call(run((*command).to_owned(), arguments.iter().map(ToString::to_string).collect())).await?
        }
        [_, .., last] => i32::try_from(last.len())?,
        [_] => -1,
    };
    Ok(match code {
        i32::MIN..0 => "failed".to_owned(),
        0 => "ok".to_owned(),
        n @ 1..=9 => format!("code {n}"),
        _ => "many".into(),
    })
}
