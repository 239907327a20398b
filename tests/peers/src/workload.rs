//! The workloads: what an instance does, what it has to return, and of what a rate is one.

use serde::{Deserialize, Serialize};

/// How many accounts transfers go between.
pub const ACCOUNTS: u64 = 100;

/// How many instances wait at once before the first of them gets its event.
pub const WAITING: u64 = 100;

/// What an instance of hello-sequence returns.
pub const GREETINGS: [&str; 3] = ["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"];

/// The cities that hello-sequence greets, one activity after another.
pub const CITIES: [&str; 3] = ["Tokyo", "Seattle", "London"];

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Workload {
    /// Three activities one after another, as many instances at once as suit the framework best.
    HelloInFlight,
    /// The same, one instance after another.
    HelloAlone,
    /// 1,000 activities at once in one instance.
    FanOut,
    /// 10,000 activities at once in one instance.
    WideFanOut,
    /// 1,000 activities one after another in one instance.
    Chain,
    /// 100 instances wait, and each gets an event from a client, which waits for its output.
    Events,
    /// A durable timer of 10 ms, as many instances at once as suit the framework best.
    Timers,
    /// Move 1 between two of a hundred accounts, so that nobody sees a half, and nothing is lost.
    Transfers,
}

impl Workload {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::HelloInFlight,
        Self::HelloAlone,
        Self::FanOut,
        Self::WideFanOut,
        Self::Chain,
        Self::Events,
        Self::Timers,
        Self::Transfers,
    ];

    /// The name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::HelloInFlight => "hello in flight",
            Self::HelloAlone => "hello alone",
            Self::FanOut => "fan-out 1,000",
            Self::WideFanOut => "fan-out 10,000",
            Self::Chain => "chain 1,000",
            Self::Events => "events, 100 waiting",
            Self::Timers => "timers",
            Self::Transfers => "transfers",
        }
    }

    /// How many activities an instance has, where the rate is one of activities; otherwise 1.
    pub fn width(self) -> u64 {
        match self {
            Self::FanOut | Self::Chain => 1_000,
            Self::WideFanOut => 10_000,
            Self::HelloInFlight | Self::HelloAlone | Self::Events | Self::Timers | Self::Transfers => 1,
        }
    }
}

/// What a fan-out or chain of activities that return 0, 1, 2, .. adds up to.
pub fn sum(width: u64) -> u64 {
    width * width.saturating_sub(1) / 2
}

/// From which account to which other one transfer number `n` goes.
pub fn transfer(n: u64) -> (u64, u64) {
    let from = n % ACCOUNTS;
    (from, (from + 1 + n / ACCOUNTS % (ACCOUNTS - 1)) % ACCOUNTS)
}

/// What is in an account after the first `count` transfers, in whatever order they were made.
pub fn balance(account: u64, count: u64) -> i64 {
    (0..count).map(transfer).map(|(from, to)| i64::from(to == account) - i64::from(from == account)).sum()
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNTS, balance, sum, transfer};

    #[test]
    fn a_sum_is_that_of_all_numbers_below_the_width() {
        assert_eq!((sum(0), sum(1), sum(1_000)), (0, 0, 499_500));
    }

    #[test]
    fn no_transfer_goes_to_where_it_comes_from() {
        assert!((0..20_000).map(transfer).all(|(from, to)| from != to && from < ACCOUNTS && to < ACCOUNTS));
    }

    #[test]
    fn transfers_neither_make_nor_lose_money() {
        assert_eq!((0..ACCOUNTS).map(|account| balance(account, 12_345)).sum::<i64>(), 0);
        assert_eq!((balance(0, 1), balance(1, 1)), (-1, 1));
    }
}
