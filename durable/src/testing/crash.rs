//! A crash in front of every commit.

use std::fmt::Debug;

use super::{TestEnv, TestEnvBuilder, choices::Choices};
use crate::{model::Result, panic::Catch};

/// What [`crash_everywhere`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrashReport {
    /// How many commits the scenario takes, and so how many runs with a crash there were.
    pub crashes: usize,
}

/// Runs a scenario, and then again for each of its commits, with a process that dies when it is about to make that commit,
/// and is started again. Everything must come out as it does without a crash.
///
/// A crash at any other instruction leaves the store as one of these crashes does: what was not committed has not
/// happened. The scenario is not told of the crash: a command that was not stored is sent again, and who waits goes on
/// waiting. What ran when the process died runs again; so a scenario that counts effects must expect some twice.
///
/// ```
/// use durable::{prelude::*, testing::{TestEnv, crash_everywhere}};
///
/// #[activity]
/// async fn say_hello(city: String) -> Result<String> {
///     Ok(format!("Hello, {city}!"))
/// }
///
/// #[orchestrator]
/// async fn hello(ctx: &Context) -> Result<Vec<String>> {
///     let first = ctx.call(say_hello("Tokyo".into())).await?;
///     let second = ctx.call(say_hello("London".into())).await?;
///     Ok(vec![first, second])
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = crash_everywhere(TestEnv::builder(registry![hello, say_hello]), async |env| {
///     env.start(hello()).instance_id("h").await?.output().await
/// })
/// .await;
/// assert_eq!(report.crashes, 3);
/// # }
/// ```
///
/// # Panics
///
/// A run failed or panicked, gave another result than the one without a crash, left a parked instance, or ran an activity
/// again whose result was stored. The message says in front of which commit the process died.
pub async fn crash_everywhere<T>(env: TestEnvBuilder, scenario: impl AsyncFn(&TestEnv) -> Result<T>) -> CrashReport
where
    T: PartialEq + Debug,
{
    let (expected, calm) = run(env.clone(), Choices::default(), &scenario, "without a crash").await;
    let crashes = calm.commits();
    drop(calm);
    for commit in 1..=crashes {
        let what = format!("with a crash in front of commit {commit} of {crashes}");
        let (result, ran) = run(env.clone().crash_at(commit), Choices::default(), &scenario, &what).await;
        assert!(
            ran.commits() >= commit,
            "{what}: there was no such commit; the scenario does not do the same each time"
        );
        assert!(result == expected, "{what} it gave {result:?}, and without a crash {expected:?}");
    }
    CrashReport { crashes }
}

/// Runs the scenario in a new environment.
pub(super) async fn run<T>(
    env: TestEnvBuilder,
    choices: Choices,
    scenario: &impl AsyncFn(&TestEnv) -> Result<T>,
    what: &str,
) -> (T, TestEnv) {
    let choosing = choices.explores();
    let env = match env.start_with(choices).await {
        Ok(env) => env,
        Err(error) => panic!("the environment can't be started: {error}"),
    };
    let result = match Catch::new(scenario(&env)).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => panic!("{what} the scenario failed: {error:?}"),
        Err(failure) => {
            let at = failure.location.map(|location| format!(" at {location}")).unwrap_or_default();
            panic!("{what} the scenario panicked{at}: {}", failure.message)
        }
    };
    if !choosing {
        // What nobody waited for comes to its end as well.
        env.settle().await;
    }
    let faults = env.faults();
    assert!(faults.is_empty(), "{what}: {}", faults.join("; "));
    (result, env)
}
