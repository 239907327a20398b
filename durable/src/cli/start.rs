//! `durable start` and `durable restart`.

use super::{
    Desk,
    args::{Restart, Start},
    failed::{Code, Failed},
    input,
    output::text_of,
    request::{Answer, Request},
    text::escape,
    wait,
};

pub(super) async fn start(desk: &Desk, args: Start) -> Result<Code, Failed> {
    let Start { name, id, input, tag, version, wait } = args;
    let input = input::json(input.as_deref())?;
    let mut request = Request::post(["orchestrators", name.as_str()].into_iter().chain(id.as_deref())).json(input);
    for tag in &tag {
        request = request.query("tag", tag);
    }
    let answer = desk.backend.ask(request.query_some("version", version.as_deref())).await?;
    let started = text_of(&answer.value()?, "id").to_owned();
    if !wait {
        return report(desk, &answer, &name);
    }
    // Whoever runs the code may want the file.
    desk.backend.release().await?;
    let ended = wait::until_ended(desk, std::slice::from_ref(&started), true).await?;
    wait::report(desk, &ended)
}

pub(super) async fn restart(desk: &Desk, Restart { id, keep_id }: Restart) -> Result<Code, Failed> {
    let mut request = Request::post(["instances", &id, "restart"]);
    if keep_id {
        request = request.query("restartWithNewInstanceId", "false");
    }
    let answer = desk.backend.ask(request).await?;
    report(desk, &answer, &id)
}

fn report(desk: &Desk, answer: &Answer, what: &str) -> Result<Code, Failed> {
    let id = text_of(&answer.value()?, "id").to_owned();
    desk.out.one(&answer.body, &id, || format!("Started {} as {}.", escape(what), escape(&id)))?;
    Ok(Code::Done)
}
