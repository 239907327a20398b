//! What a request asks for, read from its method and path.

use axum::http::Method;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// One operation of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    Start { name: String, id: Option<String> },
    Instances,
    PurgeInstances,
    Instance(String, Verb),
    History { id: String },
    HistoryEvent { id: String, sequence: String },
    Overview,
    MakePrimary,
    Entities { name: Option<String> },
    Entity { name: String, key: String },
    SignalEntity { name: String, key: String },
    CallEntity { name: String, key: String },
    DeleteEntity { name: String, key: String },
    Bulk(Action),
    Changes,
    OpenApi,
}

/// What is done with all instances that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Terminate,
    Suspend,
    Resume,
    Rewind,
    Purge,
}

/// What is done with one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    Status,
    Purge,
    Raise(String),
    Terminate,
    Suspend,
    Resume,
    Rewind,
    Restart,
}

impl Route {
    /// Reads a path behind the base path; `None` if there is no such route, also for another method.
    ///
    /// # Errors
    ///
    /// A segment does not decode to UTF-8.
    pub(super) fn parse(method: &Method, path: &str) -> Result<Option<Self>, Refusal> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let decode = |segment| percent_decode_str(segment).decode_utf8().map(String::from);
        let segments = path.split('/').map(decode).collect::<Result<Vec<_>, _>>();
        let segments = segments.map_err(|_| Refusal::bad_request("the path is not UTF-8 when it is decoded"))?;
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        let Some((first, rest)) = segments.split_first() else { return Ok(None) };
        // The server leaves the body of the answer away.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        Ok(match first.to_ascii_lowercase().as_str() {
            "orchestrators" => orchestrators(method, rest),
            "instances" => instances(method, rest),
            "entities" => entities(method, rest),
            "overview" if rest.is_empty() && method == Method::GET => Some(Self::Overview),
            "makeprimary" if rest.is_empty() => Some(Self::MakePrimary),
            "bulk" if method == Method::POST => bulk(rest),
            "changes" if rest.is_empty() && method == Method::GET => Some(Self::Changes),
            "openapi.json" if rest.is_empty() && method == Method::GET => Some(Self::OpenApi),
            _ => None,
        })
    }

    /// Whether a body has a meaning.
    pub(super) fn takes_body(&self) -> bool {
        matches!(
            self,
            Self::Start { .. }
                | Self::Instance(_, Verb::Raise(_))
                | Self::SignalEntity { .. }
                | Self::CallEntity { .. }
        )
    }

    /// Whether it changes nothing.
    pub(super) fn only_reads(&self) -> bool {
        match self {
            Self::Instances
            | Self::Instance(_, Verb::Status)
            | Self::History { .. }
            | Self::HistoryEvent { .. }
            | Self::Overview
            | Self::Entities { .. }
            | Self::Entity { .. }
            | Self::Changes
            | Self::OpenApi => true,
            Self::Start { .. }
            | Self::PurgeInstances
            | Self::Instance(..)
            | Self::Bulk(_)
            | Self::MakePrimary
            | Self::SignalEntity { .. }
            | Self::CallEntity { .. }
            | Self::DeleteEntity { .. } => false,
        }
    }
}

impl Verb {
    /// Its name in signatures.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Purge => "purge",
            Self::Raise(_) => "raiseEvent",
            Self::Terminate => "terminate",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Rewind => "rewind",
            Self::Restart => "restart",
        }
    }
}

fn bulk(rest: &[&str]) -> Option<Route> {
    let [action] = rest else { return None };
    let action = match action.to_ascii_lowercase().as_str() {
        "terminate" => Action::Terminate,
        "suspend" => Action::Suspend,
        "resume" => Action::Resume,
        "rewind" => Action::Rewind,
        "purge" => Action::Purge,
        _ => return None,
    };
    Some(Route::Bulk(action))
}

fn orchestrators(method: &Method, rest: &[&str]) -> Option<Route> {
    match rest {
        [name] if method == Method::POST => Some(Route::Start { name: (*name).to_owned(), id: None }),
        [name, id] if method == Method::POST => {
            Some(Route::Start { name: (*name).to_owned(), id: Some((*id).to_owned()) })
        }
        _ => None,
    }
}

fn instances(method: &Method, rest: &[&str]) -> Option<Route> {
    let get = method == Method::GET;
    let (id, verb) = match (rest, method == Method::DELETE, method == Method::POST) {
        ([], false, _) if get => return Some(Route::Instances),
        ([], true, _) => return Some(Route::PurgeInstances),
        ([id], false, _) if get => (id, Verb::Status),
        ([id, word], false, _) if get && word.eq_ignore_ascii_case("history") => {
            return Some(Route::History { id: (*id).to_owned() });
        }
        ([id, word, sequence], false, _) if get && word.eq_ignore_ascii_case("history") => {
            return Some(Route::HistoryEvent { id: (*id).to_owned(), sequence: (*sequence).to_owned() });
        }
        ([id], true, _) => (id, Verb::Purge),
        ([id, verb, event], _, true) if verb.eq_ignore_ascii_case("raiseEvent") => {
            (id, Verb::Raise((*event).to_owned()))
        }
        ([id, verb], _, true) => match verb.to_ascii_lowercase().as_str() {
            "terminate" => (id, Verb::Terminate),
            "suspend" => (id, Verb::Suspend),
            "resume" => (id, Verb::Resume),
            "rewind" => (id, Verb::Rewind),
            "restart" => (id, Verb::Restart),
            _ => return None,
        },
        _ => return None,
    };
    Some(Route::Instance((*id).to_owned(), verb))
}

fn entities(method: &Method, rest: &[&str]) -> Option<Route> {
    // `$` stands for the empty key, which a path can't hold.
    let key = |key: &str| if key == "$" { String::new() } else { key.to_owned() };
    let (get, post, delete) = (method == Method::GET, method == Method::POST, method == Method::DELETE);
    match rest {
        [] if get => Some(Route::Entities { name: None }),
        [name] if get => Some(Route::Entities { name: Some((*name).to_owned()) }),
        [name, entity] if get => Some(Route::Entity { name: (*name).to_owned(), key: key(entity) }),
        [name] if post => Some(Route::SignalEntity { name: (*name).to_owned(), key: String::new() }),
        [name, entity] if post => Some(Route::SignalEntity { name: (*name).to_owned(), key: key(entity) }),
        [name, entity, call] if post && call.eq_ignore_ascii_case("call") => {
            Some(Route::CallEntity { name: (*name).to_owned(), key: key(entity) })
        }
        [name] if delete => Some(Route::DeleteEntity { name: (*name).to_owned(), key: String::new() }),
        [name, entity] if delete => Some(Route::DeleteEntity { name: (*name).to_owned(), key: key(entity) }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, path: &str, expected: Option<&Route>) {
        assert_eq!(Route::parse(&method.parse().unwrap(), path).unwrap().as_ref(), expected);
    }

    #[test]
    fn words_of_the_api_ignore_case_and_ids_are_decoded_once() {
        let on = |verb| Route::Instance("a/b%2F ü".to_owned(), verb);
        check("GET", "/Instances/a%2Fb%252F%20%C3%BC", Some(&on(Verb::Status)));
        check("POST", "instances/a%2Fb%252F%20%C3%BC/RAISEevent/E", Some(&on(Verb::Raise("E".into()))));
        check("DELETE", "/instances/", Some(&Route::PurgeInstances));
        check("POST", "/orchestrators/f/..", Some(&Route::Start { name: "f".into(), id: Some("..".into()) }));
        assert!(Route::parse(&Method::GET, "/instances/%FF").is_err());
    }

    #[test]
    fn another_method_or_path_is_no_route() {
        for (method, path) in [
            ("PUT", "/instances"),
            ("POST", "/instances/a"),
            ("GET", "/instances/a/terminate"),
            ("POST", "/instances/a/explode"),
            ("POST", "/instances/a/raiseEvent"),
            ("GET", "/orchestrators/a"),
            ("POST", "/orchestrators/a/b/c"),
            ("OPTIONS", "/instances"),
            ("GET", "/bulk/purge"),
            ("POST", "/bulk/explode"),
            ("POST", "/changes"),
            ("GET", "/"),
            ("GET", "/openapi.json/x"),
        ] {
            check(method, path, None);
        }
    }
}
