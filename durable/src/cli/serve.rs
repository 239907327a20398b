//! `durable serve`.

use super::{
    Desk,
    args::Serve,
    backend::{own, read},
    failed::{Code, Failed},
};
use crate::http::{Api, Key, asked_to_end};

/// Serves a file until the process is asked to end.
pub(super) async fn serve(desk: &Desk, Serve { listen, read_only }: Serve) -> Result<Code, Failed> {
    let path = desk.backend.path()?;
    let runtime = if read_only { None } else { Some(own(path).await?) };
    let client = match &runtime {
        Some(runtime) => runtime.client().for_any_name(),
        None => read(path).await?,
    };
    let mut api = if read_only { Api::new(client).read_only() } else { Api::new(client) };
    if let Some(key) = &desk.key {
        api = api.key(Key::new(key).map_err(|error| Failed::usage(format!("the key can't be used: {error}")))?);
    }
    let served = async {
        let asked_to_end = asked_to_end()?;
        let server = api.bind(listen).await?;
        desk.out.say(format_args!("Serving {} on http://{}", path.display(), server.local_addr()));
        server.run_until(asked_to_end).await;
        Ok(Code::Done)
    };
    let served: Result<Code, crate::model::Error> = served.await;
    if let Some(runtime) = runtime {
        runtime.shutdown().await?;
    }
    Ok(served?)
}
