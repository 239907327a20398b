// good: dynamic dispatch over pure rules
use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Application {
    age: u32,
    income: u64,
    country: String,
}

trait Rule {
    fn name(&self) -> &str;
    fn points(&self, application: &Application) -> i64;

    fn describe(&self, application: &Application) -> String {
        format!("{}: {:+}", self.name(), self.points(application))
    }
}

struct AgeRule {
    minimum: u32,
}

struct IncomeRule {
    steps: Vec<(u64, i64)>,
}

struct CountryRule<F>(F);

impl Rule for AgeRule {
    fn name(&self) -> &str {
        "age"
    }

    fn points(&self, application: &Application) -> i64 {
        if application.age < self.minimum { -100 } else { 5 }
    }
}

impl Rule for IncomeRule {
    fn name(&self) -> &str {
        "income"
    }

    fn points(&self, application: &Application) -> i64 {
        self.steps.iter().rev().find(|(from, _)| application.income >= *from).map_or(0, |(_, points)| *points)
    }
}

impl<F: Fn(&str) -> bool> Rule for CountryRule<F> {
    fn name(&self) -> &str {
        "country"
    }

    fn points(&self, application: &Application) -> i64 {
        if (self.0)(&application.country) { 10 } else { 0 }
    }
}

#[activity]
async fn decide(points: i64, reasons: Vec<String>) -> Result<bool> {
    Ok(points > reasons.len() as i64)
}

#[orchestrator]
async fn score(ctx: &Context, application: Application) -> Result<bool> {
    let rules: Vec<Box<dyn Rule>> = vec![
        Box::new(AgeRule { minimum: 18 }),
        Box::new(IncomeRule { steps: vec![(0, 0), (20_000, 10), (60_000, 25)] }),
        Box::new(CountryRule(|country: &str| matches!(country, "DE" | "FR" | "NL"))),
    ];
    let points = rules.iter().map(|rule| rule.points(&application)).sum();
    let reasons = rules.iter().map(|rule| rule.describe(&application)).collect();
    ctx.call(decide(points, reasons)).await
}
