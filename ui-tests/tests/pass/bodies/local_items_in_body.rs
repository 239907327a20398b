// good: structs, enums, traits, impls, consts, modules and functions inside the orchestrator
use durable::prelude::*;

#[activity]
async fn invoice(cents: u64) -> Result<String> {
    Ok(format!("invoice over {cents}"))
}

#[orchestrator]
async fn bill(ctx: &Context, quantities: Vec<u64>) -> Result<String> {
    const UNIT_CENTS: u64 = 250;
    static LABELS: [&str; 3] = ["small", "medium", "large"];
    type Cents = u64;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Size {
        Small,
        Medium,
        Large,
    }

    trait Discount {
        fn percent(&self) -> u64;
    }

    impl Discount for Size {
        fn percent(&self) -> u64 {
            match self {
                Self::Small => 0,
                Self::Medium => 5,
                Self::Large => 12,
            }
        }
    }

    impl From<u64> for Size {
        fn from(quantity: u64) -> Self {
            match quantity {
                0..10 => Self::Small,
                10..100 => Self::Medium,
                _ => Self::Large,
            }
        }
    }

    struct Line {
        quantity: u64,
        size: Size,
    }

    impl Line {
        fn cents(&self) -> Cents {
            tax::with_tax(self.quantity * UNIT_CENTS * (100 - self.size.percent()) / 100)
        }
    }

    mod tax {
        const PERCENT: u64 = 19;

        pub const fn with_tax(cents: u64) -> u64 {
            cents + cents * PERCENT / 100
        }
    }

    #[deterministic]
    fn label(size: Size) -> &'static str {
        LABELS[size as usize]
    }

    let lines: Vec<Line> = quantities.into_iter().map(|quantity| Line { quantity, size: quantity.into() }).collect();
    let labels: Vec<&str> = lines.iter().map(|line| label(line.size)).collect();
    ctx.set_status(&labels);
    let total = lines.iter().map(Line::cents).sum();
    ctx.call(invoice(total)).await
}
