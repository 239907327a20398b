//! The values of secrets, which no history has.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc};

use super::headers::{HeaderValue, RequestHeaders};
use crate::model::{Error, FailureKind, Result};

type Resolver = Arc<dyn Fn(String) -> Resolving + Send + Sync>;
type Resolving = Pin<Box<dyn Future<Output = Result<Option<String>>> + Send>>;

/// The values of secrets by name, and who is asked for those that are not among them.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    values: BTreeMap<String, String>,
    resolver: Option<Resolver>,
}

impl Secrets {
    pub(super) fn insert(&mut self, name: String, value: String) {
        self.values.insert(name, value);
    }

    pub(super) fn resolve_with<F: Future<Output = Result<Option<String>>> + Send + 'static>(
        &mut self,
        resolver: impl Fn(String) -> F + Send + Sync + 'static,
    ) {
        self.resolver = Some(Arc::new(move |name| Box::pin(resolver(name))));
    }

    /// The values of all secrets that these headers name, by name.
    ///
    /// # Errors
    ///
    /// One is not known, or the resolver failed.
    pub(super) async fn for_headers(&self, headers: &RequestHeaders) -> Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        for value in headers.values() {
            if let HeaderValue::Secret { secret } = value
                && !found.contains_key(secret)
            {
                found.insert(secret.clone(), self.value(secret).await?);
            }
        }
        Ok(found)
    }

    async fn value(&self, name: &str) -> Result<String> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let resolved = match &self.resolver {
            None => None,
            Some(resolver) => {
                let failed = |error: Error| error.context(format!("the secret `{name}` could not be looked up"));
                resolver(name.to_owned()).await.map_err(failed)?
            }
        };
        resolved.ok_or_else(|| {
            let message = format!(
                "there is no secret `{name}`: give its value with `Runtime::builder().http_secret(\"{name}\", ..)`"
            );
            Error::of_kind(FailureKind::InvalidArgument, message)
        })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}
