//! Which names a runtime knows.

/// The durable names of what is registered with a runtime, in order; from [`Client::registered`](super::Client::registered).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registered {
    /// The orchestrators.
    pub orchestrators: Vec<&'static str>,
    /// The entities.
    pub entities: Vec<&'static str>,
}
