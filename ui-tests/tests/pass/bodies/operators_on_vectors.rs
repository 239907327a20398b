// good: operator overloading, indexing, Deref and Not on own types
use std::ops::{BitAnd, BitOr, Deref, DerefMut, Index, IndexMut, Not, Shl};

use durable::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Permissions(u8);

impl Permissions {
    const READ: Self = Self(1);
    const WRITE: Self = Self(2);
    const ADMIN: Self = Self(4);

    fn allows(self, other: Self) -> bool {
        self & other == other
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0 & 7)
    }
}

struct Ledger(Vec<i64>);

impl Index<usize> for Ledger {
    type Output = i64;
    fn index(&self, index: usize) -> &i64 {
        &self.0[index]
    }
}

impl IndexMut<usize> for Ledger {
    fn index_mut(&mut self, index: usize) -> &mut i64 {
        &mut self.0[index]
    }
}

impl Deref for Ledger {
    type Target = Vec<i64>;
    fn deref(&self) -> &Vec<i64> {
        &self.0
    }
}

impl DerefMut for Ledger {
    fn deref_mut(&mut self) -> &mut Vec<i64> {
        &mut self.0
    }
}

impl Shl<i64> for &mut Ledger {
    type Output = usize;
    fn shl(self, amount: i64) -> usize {
        self.push(amount);
        self.len()
    }
}

#[activity]
async fn commit(entries: Vec<i64>) -> Result<i64> {
    Ok(entries.iter().sum())
}

#[orchestrator]
async fn keep_ledger(ctx: &Context, role: u8, amounts: Vec<i64>) -> Result<i64> {
    let mine = Permissions(role) & !Permissions::ADMIN;
    if !mine.allows(Permissions::READ | Permissions::WRITE) {
        return Err(Error::fatal(format!("{mine:?} is not enough")));
    }
    let mut ledger = Ledger(vec![0]);
    for amount in amounts {
        let length = &mut ledger << amount;
        ledger[0] += ledger[length - 1];
    }
    let recent = ledger.get(1..=3).unwrap_or_default().iter().sum::<i64>();
    tracing::info!(recent, entries = ledger.len(), "ledger");
    ctx.call(commit(ledger.0)).await
}
