// good: pure macro_rules macros, at the top, inside, recursive, and one that makes types
use durable::prelude::*;

macro_rules! max_of {
    ($only:expr) => { $only };
    ($first:expr, $($rest:expr),+ $(,)?) => {{
        let (a, b) = ($first, max_of!($($rest),+));
        if a > b { a } else { b }
    }};
}

macro_rules! units {
    ($($name:ident = $factor:literal $suffix:literal;)+) => { $(
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        struct $name(f64);

        impl $name {
            fn grams(self) -> f64 {
                self.0 * $factor
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:.1} {}", self.0, $suffix)
            }
        }
    )+ };
}

units! {
    Kilograms = 1_000.0 "kg";
    Pounds = 453.592_37 "lb";
}

macro_rules! ensure_or_fail {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(Error::fatal(format!($($message)+)));
        }
    };
}

#[activity]
async fn postage(grams: f64) -> Result<u64> {
    Ok(grams as u64 / 20)
}

#[orchestrator]
async fn heaviest(ctx: &Context, kilos: f64, pounds: f64) -> Result<u64> {
    macro_rules! map {
        ($($key:literal => $value:expr),* $(,)?) => { std::collections::BTreeMap::from([$(($key, $value)),*]) };
    }
    ensure_or_fail!(kilos.is_finite() && pounds.is_finite(), "{kilos} and {pounds}?");
    let (a, b) = (Kilograms(kilos), Pounds(pounds));
    let grams = max_of!(a.grams(), b.grams(), 1.0);
    let surcharge = map! { "small" => 0_u64, "large" => 250 };
    let class = if grams > 2_000.0 { "large" } else { "small" };
    tracing::info!("{a} or {b}");
    Ok(ctx.call(postage(grams)).await? + surcharge[class])
}
