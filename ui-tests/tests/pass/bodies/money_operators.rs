// good: money with overloaded operators and a Sum impl
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Mul, Neg, Sub},
};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Money(i64);

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<i64> for Money {
    type Output = Self;
    fn mul(self, factor: i64) -> Self {
        Self(self.0 * factor)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Self::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, (self.0 % 100).abs())
    }
}

#[activity]
async fn book(account: String, amount: Money) -> Result<Money> {
    tracing::info!("{account}: {amount}");
    Ok(amount)
}

#[orchestrator]
async fn split_bill(ctx: &Context, lines: Vec<(Money, i64)>, guests: Vec<String>) -> Result<String> {
    let mut total: Money = lines.iter().map(|&(price, count)| price * count).sum();
    total += Money(total.0 / 10);
    let guest_count = i64::try_from(guests.len())?.max(1);
    let share = Money(total.0 / guest_count);
    let rest = total - share * guest_count;
    for (index, guest) in guests.into_iter().enumerate() {
        let owed = if index == 0 { share + rest } else { share };
        ctx.call(book(guest, -owed)).await?;
    }
    Ok(format!("{total} in shares of {share}"))
}
