// good: a whole inline module is marked
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Employee {
    name: String,
    monthly_cents: u64,
    children: u32,
}

#[deterministic]
mod payroll {
    use std::time::Duration;

    use durable::prelude::*;

    use super::{Employee, pay_out};

    const BRACKETS: [(u64, u64); 3] = [(100_000, 0), (300_000, 20), (u64::MAX, 42)];

    pub struct Slip {
        pub gross: u64,
        pub tax: u64,
    }

    impl Slip {
        pub fn net(&self) -> u64 {
            self.gross - self.tax
        }
    }

    fn allowance(children: u32) -> u64 {
        u64::from(children.min(5)) * 25_000
    }

    pub fn slip(employee: &Employee) -> Slip {
        let gross = employee.monthly_cents;
        let mut rest = gross.saturating_sub(allowance(employee.children));
        let mut tax = 0;
        let mut lower = 0;
        for (upper, percent) in BRACKETS {
            let part = rest.min(upper - lower);
            tax += part * percent / 100;
            rest -= part;
            lower = upper;
        }
        Slip { gross, tax }
    }

    pub async fn pay(ctx: &Context, employee: &Employee) -> Result<u64> {
        let slip = slip(employee);
        let retry = Retry::exponential(5, Duration::from_secs(60));
        ctx.call(pay_out(employee.name.clone(), slip.net())).retry(retry).await
    }
}

#[activity]
async fn pay_out(name: String, cents: u64) -> Result<u64> {
    tracing::info!("{name}: {cents}");
    Ok(cents)
}

#[orchestrator]
async fn pay_everybody(ctx: &Context, employees: Vec<Employee>) -> Result<(u64, u64)> {
    let taxes = employees.iter().map(|employee| payroll::slip(employee).tax).sum();
    let mut paid = 0;
    for employee in &employees {
        paid += payroll::pay(ctx, employee).await?;
    }
    Ok((paid, taxes))
}
