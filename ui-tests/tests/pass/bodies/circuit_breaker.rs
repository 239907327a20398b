// good: a circuit breaker as a local struct that is given the time
use std::time::Duration;

use durable::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Circuit {
    Closed { failures: u32 },
    Open { until: Timestamp },
    HalfOpen,
}

struct Breaker {
    circuit: Circuit,
    threshold: u32,
    rest: Duration,
}

impl Breaker {
    fn admit(&mut self, now: Timestamp) -> Result<(), Duration> {
        match self.circuit {
            Circuit::Open { until } if now < until => Err(until - now),
            Circuit::Open { .. } => {
                self.circuit = Circuit::HalfOpen;
                Ok(())
            }
            Circuit::Closed { .. } | Circuit::HalfOpen => Ok(()),
        }
    }

    fn report(&mut self, now: Timestamp, success: bool) {
        self.circuit = match (self.circuit, success) {
            (_, true) => Circuit::Closed { failures: 0 },
            (Circuit::Closed { failures }, false) if failures + 1 < self.threshold => {
                Circuit::Closed { failures: failures + 1 }
            }
            (_, false) => Circuit::Open { until: now + self.rest },
        };
    }
}

#[activity]
async fn call_partner(order: u64) -> Result<String> {
    Ok(format!("order {order} accepted"))
}

#[orchestrator]
async fn forward_orders(ctx: &Context, orders: Vec<u64>) -> Result<Vec<String>> {
    let mut breaker = Breaker { circuit: Circuit::Closed { failures: 0 }, threshold: 3, rest: Duration::from_secs(60) };
    let mut answers = Vec::new();
    for order in orders {
        while let Err(wait) = breaker.admit(ctx.now()) {
            ctx.timer(wait).await;
        }
        let answer = ctx.call(call_partner(order)).await;
        breaker.report(ctx.now(), answer.is_ok());
        answers.extend(answer);
    }
    Ok(answers)
}
