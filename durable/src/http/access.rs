//! Who may do what: keys, signed links, and what holds without a key.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, StatusCode, header, request::Parts, uri::Authority},
};
use subtle::Choice;

use super::{
    Api,
    api::seconds_now,
    body,
    key::{Link, Shown},
    query::Query,
    refusal::Refusal,
    route::{Route, Verb},
};

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    Read,
    All,
}

/// Headers by which a proxy says for whom it asks.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Lets a request in, or says why not. `route` is `None` if there is no such route: that is told only to those who are
/// let in.
///
/// # Errors
///
/// 401 without a key that is needed, 403 if it does not suffice or nothing may be changed here, 421 for a foreign `Host`, and what a page of another
/// site in a browser gets.
pub(super) fn admit(api: &Api, parts: &Parts, query: &Query, route: Option<&Route>) -> Result<Rights, Refusal> {
    let rights = if api.keys.is_empty() {
        if !api.authorized_elsewhere {
            admit_locally(api, parts)?;
        }
        if let Some(route) = route.filter(|route| !route.only_reads()) {
            refuse_other_sites(&parts.headers, route)?;
        }
        Rights::All
    } else {
        match rights_of(api, &parts.headers, query) {
            Some(Rights::Read) if !route.is_none_or(Route::only_reads) => {
                return Err(Refusal::denied(StatusCode::FORBIDDEN, "this key may only read"));
            }
            Some(rights) => rights,
            None => admit_by_link(api, query, route)?,
        }
    };
    if !api.read_only {
        return Ok(rights);
    }
    if route.is_none_or(Route::only_reads) {
        return Ok(Rights::Read);
    }
    Err(Refusal::denied(StatusCode::FORBIDDEN, "nothing can be changed here: this API is read-only"))
}

/// What the shown keys allow; all known ones are compared, so that the time does not tell which was nearly right.
fn rights_of(api: &Api, headers: &HeaderMap, query: &Query) -> Option<Rights> {
    let bearer = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
        let (scheme, secret) = value.as_bytes().split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then_some(secret)
    });
    let function = headers.get_all("x-functions-key").iter().map(header::HeaderValue::as_bytes);
    let code = query.all("code").map(str::as_bytes).filter(|_| api.code_in_query);
    let (mut reads, mut all) = (Choice::from(0), Choice::from(0));
    for shown in bearer.chain(function).chain(code).map(Shown::new) {
        for (key, rights) in &api.keys {
            match rights {
                Rights::Read => reads |= key.is(&shown),
                Rights::All => all |= key.is(&shown),
            }
        }
    }
    if all.into() {
        return Some(Rights::All);
    }
    bool::from(reads).then_some(Rights::Read)
}

/// A link is good for one operation; what else its bearer may do, nobody knows.
fn admit_by_link(api: &Api, query: &Query, route: Option<&Route>) -> Result<Rights, Refusal> {
    let denied = |message| Refusal::denied(StatusCode::UNAUTHORIZED, message);
    let (Some(Route::Instance(instance, verb)), Some(signature)) = (route, query.text("sig")) else {
        let how = "a key is needed: `Authorization: Bearer KEY`, or `x-functions-key: KEY`";
        return Err(denied(how));
    };
    let expires = query.number("expires")?.unwrap_or(0);
    let link = Link { operation: verb.as_str(), instance, expires };
    // All are tried, so that the time does not tell which one it was.
    let signed = api.signing_keys().filter(|key| key.has_signed(&link, signature)).count() > 0;
    if !signed {
        return Err(denied("the link is not valid for this operation"));
    }
    if expires <= seconds_now() {
        return Err(denied("the link has expired"));
    }
    Ok(Rights::Read)
}

/// Without a key only this machine may ask, and not for others.
fn admit_locally(api: &Api, parts: &Parts) -> Result<(), Refusal> {
    let denied = |message| Refusal::denied(StatusCode::UNAUTHORIZED, message);
    match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) if peer.ip().to_canonical().is_loopback() => {}
        Some(_) => return Err(denied("without a key only this machine is answered; set one")),
        None => {
            let message = "no key is set, and it is not known who asks: set a key, or serve the router by \
                           `into_make_service_with_connect_info::<SocketAddr>()`, or say `authorized_elsewhere()`";
            return Err(denied(message));
        }
    }
    if FORWARDED.iter().any(|name| parts.headers.contains_key(*name)) {
        return Err(denied("without a key only this machine is answered, and not for others; set one"));
    }
    let host = authority(parts);
    if host.as_ref().is_some_and(|host| is_local(host.host()) || api.hosts.contains(&host.host().to_lowercase())) {
        return Ok(());
    }
    let message = "this host is not served here; ask by `localhost`, or allow the name by `host(..)`";
    Err(Refusal::denied(StatusCode::MISDIRECTED_REQUEST, message))
}

/// The host that is asked for, with its port.
fn authority(parts: &Parts) -> Option<Authority> {
    parts.uri.authority().cloned().or_else(|| parts.headers.get(header::HOST)?.to_str().ok()?.parse().ok())
}

fn is_local(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Refuses what a page of another site makes a browser send. Browsers say of themselves where a request comes from,
/// and send no JSON to other sites without asking first.
fn refuse_other_sites(headers: &HeaderMap, route: &Route) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => ["same-origin", "none"].contains(&site),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text("host"),
        (None, None) => true,
    };
    if !own {
        return Err(Refusal::denied(StatusCode::FORBIDDEN, "pages of other sites may not do that"));
    }
    if !is_browser(headers) || !body::is_announced(headers) || body::is_json(headers) {
        return Ok(());
    }
    // Events have had to be JSON from the beginning, with this status.
    let is_event = matches!(route, Route::Instance(_, Verb::Raise(_)));
    let status = if is_event { StatusCode::BAD_REQUEST } else { StatusCode::UNSUPPORTED_MEDIA_TYPE };
    Err(Refusal::bad_request("without a key, a browser must send a body as `content-type: application/json`")
        .with_status(status))
}

/// Whether a browser seems to have sent it, perhaps for a page that does not even say where it comes from.
fn is_browser(headers: &HeaderMap) -> bool {
    let named = headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"));
    named || ["sec-fetch-site", "origin", "referer", "cookie"].iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_of_this_machine_are_local() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in
            ["", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "[::]", "10.0.0.1", "2130706433"]
        {
            assert!(!is_local(host), "{host}");
        }
    }
}
