//! What stands in for activities.

use std::{sync::Arc, time::Duration};

use crate::{
    activity::{Activity, ActivityCall},
    registry::{decode_input, encode_outcome},
    runtime::{Mock, Mocked},
};

/// A function marked `#[activity]`, told by what calling it describes. `Args` are its parameters.
#[diagnostic::on_unimplemented(
    message = "only activities can be mocked: `{Self}` is none",
    note = "name a function marked `#[activity]`, without parentheses, as in `env.mock(charge, |order| ..)`; it has at most eight parameters"
)]
pub trait Describes<Args> {
    /// The activity.
    type Activity: Activity;
}

macro_rules! describes {
    ($($arg:ident)*) => {
        impl<F, A: Activity, $($arg),*> Describes<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> ActivityCall<A>,
        {
            type Activity = A;
        }
    };
}

describes!();
describes!(A1);
describes!(A1 A2);
describes!(A1 A2 A3);
describes!(A1 A2 A3 A4);
describes!(A1 A2 A3 A4 A5);
describes!(A1 A2 A3 A4 A5 A6);
describes!(A1 A2 A3 A4 A5 A6 A7);
describes!(A1 A2 A3 A4 A5 A6 A7 A8);

/// What a mock can answer: a `Result`, or [`after`] some time, or [`never`](fn@never).
#[diagnostic::on_unimplemented(
    message = "a mock answers as the activity does: `{Self}` is no `Result<{T}, {E}>`",
    note = "return the `Result`, `durable::testing::after(duration, result)` or `durable::testing::never()`"
)]
pub trait IntoMocked<T, E>: sealed::Sealed {
    /// The delay and the result; `None` for never.
    #[doc(hidden)]
    fn into_mocked(self) -> Option<(Duration, Result<T, E>)>;
}

mod sealed {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
    impl<T, E> Sealed for super::After<T, E> {}
    impl Sealed for super::Never {}
}

/// An answer that takes time; made by [`after`].
#[derive(Debug, Clone)]
pub struct After<T, E> {
    delay: Duration,
    result: Result<T, E>,
}

/// No answer; made by [`never`](fn@never).
#[derive(Debug, Clone, Copy)]
pub struct Never(());

/// Answers with `result` when so much virtual time has passed. A time limit of the call that is shorter strikes first.
pub fn after<T, E>(delay: Duration, result: Result<T, E>) -> After<T, E> {
    After { delay, result }
}

/// Never answers, as something that hangs.
///
/// ```
/// use durable::{FailureKind, prelude::*, testing::{TestEnv, never}};
/// use std::time::Duration;
///
/// #[activity]
/// async fn fetch(url: String) -> Result<String> {
///     Ok(url)
/// }
///
/// #[orchestrator]
/// async fn impatient(ctx: &Context) -> Result<String> {
///     ctx.call(fetch("https://example.org".into())).timeout(Duration::from_secs(30)).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let env = TestEnv::new(registry![impatient, fetch]).await?;
/// env.mock(fetch, |_url| never());
/// let error = env.start(impatient()).await?.output().await.unwrap_err();
/// assert_eq!(error.kind(), FailureKind::TimedOut);
/// assert_eq!(env.elapsed(), Duration::from_secs(30));
/// # Ok(())
/// # }
/// ```
pub fn never() -> Never {
    Never(())
}

impl<T, E> IntoMocked<T, E> for Result<T, E> {
    fn into_mocked(self) -> Option<(Duration, Self)> {
        Some((Duration::ZERO, self))
    }
}

impl<T, E> IntoMocked<T, E> for After<T, E> {
    fn into_mocked(self) -> Option<(Duration, Result<T, E>)> {
        Some((self.delay, self.result))
    }
}

impl<T, E> IntoMocked<T, E> for Never {
    fn into_mocked(self) -> Option<(Duration, Result<T, E>)> {
        None
    }
}

/// Makes of a closure what stands in for the activity.
pub(super) fn mock<A: Activity, R: IntoMocked<A::Output, A::Error>>(
    answer: impl Fn(A::Input) -> R + Send + Sync + 'static,
) -> Mock {
    Arc::new(move |input| {
        let input = match decode_input::<A::Input>(A::NAME, input) {
            Ok(input) => input,
            Err(failure) => return Mocked::After(Duration::ZERO, Err(failure)),
        };
        match answer(input).into_mocked() {
            Some((delay, result)) => Mocked::After(delay, encode_outcome(A::NAME, result)),
            None => Mocked::Never,
        }
    })
}
