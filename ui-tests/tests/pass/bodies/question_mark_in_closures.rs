// good: `?` on Options and Results inside closures
use durable::prelude::*;

#[activity]
async fn look_up(host: String, port: u16) -> Result<String> {
    Ok(format!("{host}:{port}"))
}

#[orchestrator]
async fn connect(ctx: &Context, urls: Vec<String>) -> Result<Vec<String>> {
    let split = |url: &str| -> Option<(String, Option<u16>)> {
        let (_, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        match authority.rsplit_once(':') {
            Some((host, port)) => Some((host.to_owned(), Some(port.parse().ok()?))),
            None => Some((authority.to_owned(), None)),
        }
    };
    let port_of = |scheme: &str| -> Result<u16> {
        Ok(match scheme {
            "http" => 80,
            "https" => 443,
            other => other.strip_prefix("port").ok_or_else(|| Error::new("unknown scheme"))?.parse::<u16>()?,
        })
    };
    let mut endpoints = Vec::new();
    for url in &urls {
        let scheme = url.split("://").next().unwrap_or_default();
        let Some((host, port)) = split(url) else {
            return Err(Error::fatal(format!("`{url}` is no URL")));
        };
        let port = port.map_or_else(|| port_of(scheme), Ok)?;
        endpoints.push((host, port));
    }
    let longest = (|| {
        let first = endpoints.first()?;
        let last = endpoints.last()?;
        Some(first.0.len().max(last.0.len()))
    })();
    ctx.set_status(&longest);
    durable::try_join_all(endpoints.into_iter().map(|(host, port)| ctx.call(look_up(host, port)))).await
}
