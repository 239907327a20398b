//! Many orders in which results can come.

use super::{TestEnv, TestEnvBuilder, choices::Choices, crash::run};
use crate::model::Result;

/// Runs a scenario in many orders of completion: whenever several results could be handed over next, or time could pass
/// although results are there, each is tried.
///
/// ```
/// use durable::{prelude::*, testing::{TestEnv, explore}};
///
/// #[activity]
/// async fn fetch(from: String) -> Result<String> {
///     Ok(from)
/// }
///
/// #[orchestrator]
/// async fn fastest(ctx: &Context) -> Result<String> {
///     match durable::race(ctx.call(fetch("a".into())), ctx.call(fetch("b".into()))).await {
///         Either::Left(winner) | Either::Right(winner) => winner,
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let winners = std::sync::Mutex::new(std::collections::BTreeSet::new());
/// let report = explore(TestEnv::builder(registry![fastest, fetch]))
///     .run(async |env| {
///         let winner = env.start(fastest()).await?.output().await?;
///         winners.lock().unwrap().insert(winner);
///         Ok(())
///     })
///     .await;
/// assert!(report.complete);
/// assert_eq!(winners.into_inner().unwrap().len(), 2);
/// # }
/// ```
pub fn explore(env: TestEnvBuilder) -> Exploration {
    Exploration { env, schedules: 1_000 }
}

/// What can be set about an exploration; made by [`explore`].
#[derive(Debug)]
#[must_use = "nothing runs before `.run(..).await`"]
pub struct Exploration {
    env: TestEnvBuilder,
    schedules: usize,
}

/// What an exploration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExploreReport {
    /// How many schedules were run.
    pub schedules: usize,
    /// Whether these were all there are; otherwise half of them were the first in order, and half random ones.
    pub complete: bool,
}

impl Exploration {
    /// How many schedules to run at most; 1,000 if not set.
    pub fn schedules(mut self, limit: usize) -> Self {
        self.schedules = limit.max(1);
        self
    }

    /// Runs the scenario: all schedules, if half of the allowed number is enough for them; otherwise that half in order, and
    /// then random ones. The environment variable `DURABLE_SEED` runs only the random one of that seed.
    ///
    /// # Panics
    ///
    /// A run failed or panicked, or left something parked: the message says which schedule it was; a random one is repeated
    /// with `DURABLE_SEED`. Or `DURABLE_SEED` is not a number.
    pub async fn run<T>(self, scenario: impl AsyncFn(&TestEnv) -> Result<T>) -> ExploreReport {
        let Self { env, schedules } = self;
        if let Some(seed) = wanted_seed() {
            random(&env, seed, &scenario).await;
            return ExploreReport { schedules: 1, complete: false };
        }
        let mut script = Vec::new();
        for number in 0..schedules.div_ceil(2) {
            let what = format!("with the choices {script:?} (schedule {number})");
            let (_, ran) = run(env.clone(), Choices::script(script), &scenario, &what).await;
            match ran.choices().next_script() {
                Some(next) => script = next,
                None => return ExploreReport { schedules: number + 1, complete: true },
            }
        }
        for seed in 0..schedules as u64 / 2 {
            random(&env, seed, &scenario).await;
        }
        ExploreReport { schedules, complete: false }
    }
}

async fn random<T>(env: &TestEnvBuilder, seed: u64, scenario: &impl AsyncFn(&TestEnv) -> Result<T>) {
    let what = format!("with random choices (repeat it with DURABLE_SEED={seed})");
    run(env.clone(), Choices::seeded(seed), scenario, &what).await;
}

/// The seed that the environment variable names.
fn wanted_seed() -> Option<u64> {
    let seed = std::env::var("DURABLE_SEED").ok()?;
    Some(seed.parse().unwrap_or_else(|_| panic!("DURABLE_SEED is `{seed}`, and not a number")))
}
