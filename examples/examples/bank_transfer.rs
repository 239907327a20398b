//! Critical sections: many transfers at the same time, and audits in which no money is ever missing.
//!
//! `cargo run --release --example bank_transfer` makes 2,000 transfers between 100 accounts with 1,000 each. Sixteen
//! tellers work at once; each transfer locks two accounts. Meanwhile an auditor again and again locks all of them at
//! once, and adds them up:
//!
//! ```text
//! audit 1: 100000 in 100 accounts
//! audit 2: 100000 in 100 accounts
//! 2000 transfers done, 100000 in 100 accounts, no lock left, 6761 transfers/s
//! ```
//!
//! Stop it as you like, also with `kill -9`: the next start goes on where it was, with the number of transfers that it
//! began with, and at the end each of them was made once. (Only the line of an audit may be printed twice. The speed is
//! that since the first start, with all pauses.) A start after the end makes a new series of transfers, between the
//! accounts as they are. The exit code is 0 only if no money was lost or made, and no lock is left.
//!
//! Another number of transfers is the first argument, or `DURABLE_TRANSFERS`. For a million:
//! `cargo run --release --example bank_transfer -- 1000000`.

use std::time::Duration;

use durable::{IfExists, prelude::*};
use serde::{Deserialize, Serialize};

const ACCOUNTS: u64 = 100;
const OPENING: u64 = 1_000;
const TELLERS: u64 = 16;
const PAUSE: Duration = Duration::from_millis(50);

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Account {
    balance: u64,
    withdrawals: u64,
}

#[entity]
impl Account {
    fn open(&mut self, ctx: &EntityContext, balance: u64) {
        // An account of an earlier series stays as it is.
        if !ctx.has_state() {
            self.balance = balance;
        }
    }

    fn balance(&self) -> u64 {
        self.balance
    }

    fn deposit(&mut self, amount: u64) {
        self.balance += amount;
    }

    fn withdraw(&mut self, amount: u64) -> Result<()> {
        self.balance = self.balance.checked_sub(amount).ok_or_else(|| Error::fatal("the account is overdrawn"))?;
        self.withdrawals += 1;
        Ok(())
    }
}

/// Makes its share of the transfers.
#[orchestrator]
async fn teller(ctx: &mut Context, done: u64, share: u64) -> Result<u64> {
    let mut rng = ctx.rng();
    let now = share.min(done + 100);
    for _ in done..now {
        let from = rng.below(ACCOUNTS);
        let to = (from + 1 + rng.below(ACCOUNTS - 1)) % ACCOUNTS;
        let accounts = (Account::at(from.to_string()), Account::at(to.to_string()));
        let ((mut from, mut to), section) = ctx.lock(accounts).await?;
        // Nobody else changes the balance before the section ends.
        let amount = from.balance().await?.min(1 + rng.below(100));
        from.withdraw(amount).await?;
        // Now the money is in no account. No auditor sees that, also if the program is killed here.
        if amount > 90 {
            section.call(count_by_hand(amount)).await?;
        }
        to.deposit(amount).await?;
    }
    if now < share {
        return ctx.continue_as_new(teller(now, share)).await;
    }
    Ok(share)
}

#[activity]
async fn count_by_hand(amount: u64) -> Result<()> {
    // A real one may take as long as it likes: only who needs one of the two accounts waits for it.
    tracing::info!("{amount} counted");
    Ok(())
}

/// Adds up all accounts again and again, once more after the bank has closed, and gives the last sum.
#[orchestrator]
async fn auditor(ctx: &mut Context, number: u64) -> Result<u64> {
    let closed = durable::race(ctx.event::<()>("closed"), ctx.timer(PAUSE)).await;
    let sum = {
        let accounts: Vec<_> = (0..ACCOUNTS).map(|account| Account::at(account.to_string())).collect();
        let (accounts, section) = ctx.lock(accounts).await?;
        let balances = durable::try_join_all(accounts.iter().map(|account| account.balance())).await?;
        let sum = balances.into_iter().sum();
        section.call(report(number, sum)).await?;
        sum
    };
    match closed {
        Either::Left(_) => Ok(sum),
        Either::Right(()) => ctx.continue_as_new(auditor(number + 1)).await,
    }
}

#[activity]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn report(audit: u64, sum: u64) -> Result<()> {
    println!("audit {audit}: {sum} in {ACCOUNTS} accounts");
    if sum == ACCOUNTS * OPENING { Ok(()) } else { Err(Error::fatal("money was lost or made")) }
}

#[derive(Serialize, Deserialize)]
struct Closing {
    transfers: u64,
    sum: u64,
}

/// Opens the accounts, and lets the tellers and the auditor work until all transfers are made.
#[orchestrator]
async fn bank(ctx: &Context, transfers: u64) -> Result<Closing> {
    durable::try_join_all((0..ACCOUNTS).map(|account| ctx.call(Account::at(account.to_string()).open(OPENING))))
        .await?;

    let tellers = (0..TELLERS).map(|number| {
        let share = transfers / TELLERS + u64::from(number < transfers % TELLERS);
        ctx.call(teller(0, share)).instance_id(format!("teller-{number}"))
    });
    let tellers = async {
        let made = durable::try_join_all(tellers).await;
        ctx.send_event("auditor", "closed", &());
        made
    };
    let (made, sum) = durable::try_join!(tellers, ctx.call(auditor(1)).instance_id("auditor"))?;
    Ok(Closing { transfers: made.into_iter().sum(), sum })
}

fn transfers() -> Result<u64> {
    let number = std::env::args().nth(1).or_else(|| std::env::var("DURABLE_TRANSFERS").ok());
    let Some(number) = number else { return Ok(2_000) };
    number.parse().map_err(|_| Error::new(format!("`{number}` is not a number of transfers")))
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let transfers = transfers()?;
    let runtime = Runtime::builder()
        .sqlite(durable_examples::database("bank_transfer"))
        .register(registry![bank, teller, count_by_hand, auditor, report, Account])
        .start()
        .await?;
    let client = runtime.client();

    // After a crash the bank is there already, and has gone on by itself.
    let bank = client.start(bank(transfers)).instance_id("bank").if_exists(IfExists::Attach).await?;
    let Closing { transfers, sum } = bank.output().await?;
    let status = bank.status().await?;
    #[expect(clippy::cast_precision_loss, reason = "nobody makes so many transfers")]
    let speed = transfers as f64 / (status.updated - status.created).as_secs_f64();
    let locked = client.entities().locked(true).with_transient().await?.entities.len();
    let locks = if locked == 0 { "no lock left".to_owned() } else { format!("{locked} locks left") };
    println!("{transfers} transfers done, {sum} in {ACCOUNTS} accounts, {locks}, {speed:.0} transfers/s");
    if locked > 0 {
        return Err(Error::new("locks were left"));
    }

    // Whatever has ended goes, so that the next start begins a new series.
    client.instances().purge().await?;
    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn no_money_is_lost_or_made_wherever_it_crashes() {
        let env = TestEnv::builder(registry![bank, teller, count_by_hand, auditor, report, Account]);
        // An audit of a hundred accounts is some two hundred turns.
        crash_everywhere(env.turns_per_commit(40), async |env| {
            let accounts: Vec<_> = (0..ACCOUNTS).map(|account| Account::at(account.to_string())).collect();
            let open = accounts.iter().fold(env.signals(), |signals, account| signals.signal(account.open(OPENING)));
            open.await?;
            let (ann, bob) = (env.start(teller(0, 2)).instance_id("ann"), env.start(teller(0, 2)).instance_id("bob"));
            let (ann, bob) = (ann.await?, bob.await?);
            let auditor = env.start(auditor(1)).instance_id("auditor").await?;
            env.advance(PAUSE * 3).await;
            auditor.raise("closed", &()).await?;
            assert_eq!((ann.output().await?, bob.output().await?), (2, 2));
            assert_eq!(auditor.output().await?, ACCOUNTS * OPENING);
            assert_eq!(env.entities().locked(true).with_transient().await?.entities.len(), 0);
            Ok(())
        })
        .await;
    }
}
