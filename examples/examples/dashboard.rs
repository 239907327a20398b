//! A small shop that never closes, to look at: `cargo run --example dashboard`, and open <http://127.0.0.1:7071>.
//!
//! Orders come in slowly. Payments are tried again when the bank is busy, some cards are declined, and what is out of
//! stock fails. Expensive orders wait for a person: raise the event `decision` with `{"by": "you", "approved": true}` on
//! the page. The shelf of umbrellas is locked by a stocktaking that waits for the event `counted`, and so orders of
//! umbrellas queue up behind it.
//!
//! Stop it as you like, and start it again: everything goes on where it was.

use std::time::Duration;

use durable::{http::Api, prelude::*};
use serde::{Deserialize, Serialize};

const ITEMS: [(&str, u64); 5] =
    [("teapot", 3_900), ("bicycle", 64_900), ("lamp", 8_500), ("desk", 42_000), ("notebook", 450)];
/// Who buys for more than that is asked about.
const EXPENSIVE: u64 = 120_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    number: u64,
    customer: String,
    item: String,
    quantity: u64,
    cents: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    payment: String,
    parcel: String,
}

#[derive(Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[error("only {left} of {item} are left, {wanted} were ordered")]
struct OutOfStock {
    item: String,
    left: u64,
    wanted: u64,
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
enum PaymentError {
    #[error("the bank did not answer in time")]
    BankBusy,
    #[error("the card ending in {0} was declined")]
    Declined(u64),
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Stock {
    left: u64,
    sold: u64,
    last_orders: Vec<u64>,
}

#[entity]
impl Stock {
    fn left(&self) -> u64 {
        self.left
    }

    fn add(&mut self, quantity: u64) -> u64 {
        self.left += quantity;
        self.left
    }

    fn take(&mut self, order: u64, item: String, quantity: u64) -> Result<u64, OutOfStock> {
        if self.left < quantity {
            return Err(OutOfStock { item, left: self.left, wanted: quantity });
        }
        self.left -= quantity;
        self.sold += quantity;
        self.last_orders.push(order);
        if self.last_orders.len() > 5 {
            self.last_orders.remove(0);
        }
        Ok(self.left)
    }
}

#[entity]
#[derive(Default, Serialize, Deserialize)]
struct Customer {
    orders: u64,
    spent_cents: u64,
}

#[entity]
impl Customer {
    fn bought(&mut self, cents: u64) {
        self.orders += 1;
        self.spent_cents += cents;
    }
}

/// Stands for work that takes a moment.
async fn moment(millis: u64) {
    if !cfg!(test) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

#[activity]
async fn check_address(customer: String) -> Result<String> {
    moment(120).await;
    Ok(format!("{customer}, 1 Harbour Street"))
}

#[activity]
async fn charge(ctx: &ActivityContext, order: Order) -> Result<String, PaymentError> {
    moment(180 + order.number * 37 % 200).await;
    match order.number % 11 {
        // The bank is busy, and then it is not.
        2 | 5 | 9 if ctx.attempt() <= 2 => Err(PaymentError::BankBusy),
        7 => Err(PaymentError::Declined(4_000 + order.number)),
        _ => Ok(format!("pay-{}", ctx.idempotency_key())),
    }
}

#[activity]
async fn refund(payment: String) -> Result<()> {
    moment(90).await;
    tracing::info!("{payment} was given back");
    Ok(())
}

#[activity]
async fn print_label(order: u64, address: String) -> Result<String> {
    moment(80).await;
    assert!(order % 17 != 13, "the printer ran out of paper at order {order}");
    Ok(format!("label-{order} for {address}"))
}

#[activity]
async fn hand_over(label: String) -> Result<String> {
    moment(250).await;
    Ok(format!("parcel of {label}"))
}

#[activity]
async fn ask_the_boss(order: Order) -> Result<()> {
    moment(40).await;
    tracing::info!("please decide about order {}", order.number);
    Ok(())
}

#[activity]
async fn sum_up(item: String) -> Result<usize> {
    moment(60 + 30 * item.len() as u64).await;
    Ok(item.len())
}

#[derive(Serialize, Deserialize)]
struct Decision {
    by: String,
    approved: bool,
}

/// Asks a person, for three days at most.
#[orchestrator]
async fn approval(ctx: &Context, order: Order) -> Result<bool> {
    ctx.call(ask_the_boss(order)).await?;
    ctx.set_status("waiting for a decision");
    match durable::race(ctx.event::<Decision>("decision"), ctx.timer(Duration::from_secs(72 * 3_600))).await {
        Either::Left(decision) => Ok(decision?.approved),
        Either::Right(()) => Ok(false),
    }
}

#[orchestrator]
async fn shipping(ctx: &Context, order: Order, address: String) -> Result<String> {
    let label = ctx.call(print_label(order.number, address)).await?;
    ctx.call(hand_over(label)).await
}

/// One order, from the address to the parcel.
#[orchestrator]
async fn order(ctx: &mut Context, order: Order) -> Result<Receipt> {
    ctx.set_status("checking");
    let address = ctx.call(check_address(order.customer.clone())).await?;
    if order.cents > EXPENSIVE {
        ctx.set_status("waiting for an approval");
        let id = format!("{}-approval", ctx.instance_id());
        if !ctx.call(approval(order.clone())).instance_id(id).await? {
            return Err(Error::fatal("nobody approved of it"));
        }
    }
    ctx.set_status("paying");
    let payment = ctx
        .call(charge(order.clone()))
        .retry(Retry::exponential(4, Duration::from_millis(400)))
        .retry_if(|error| matches!(error, CallError::Application(PaymentError::BankBusy)))
        .await?;
    ctx.set_status("taking from the shelf");
    let taken = {
        let (mut stock, _section) = ctx.lock(Stock::at(&order.item)).await?;
        stock.take(order.number, order.item.clone(), order.quantity).await
    };
    if let Err(error) = taken {
        ctx.call(refund(payment)).await?;
        return Err(error.into());
    }
    ctx.signal(Customer::at(&order.customer).bought(order.cents));
    ctx.set_status("shipping");
    let id = format!("{}-shipping", ctx.instance_id());
    let parcel = ctx.call(shipping(order, address)).instance_id(id).await?;
    ctx.set_status("done");
    Ok(Receipt { payment, parcel })
}

/// Counts what is on a shelf: nobody takes anything from it before that has ended.
#[orchestrator]
async fn stocktaking(ctx: &mut Context, item: String) -> Result<u64> {
    let (stock, section) = ctx.lock(Stock::at(&item)).await?;
    section.set_status("counting");
    let counted: u64 = section.event("counted").await?;
    Ok(counted.abs_diff(stock.left().await?))
}

/// Many activities at once.
#[orchestrator]
async fn daily_report(ctx: &Context, day: u64) -> Result<usize> {
    let sums = ITEMS.iter().cycle().take(15).map(|(item, _)| ctx.call(sum_up(format!("{item} on day {day}"))));
    Ok(durable::try_join_all(sums).await?.into_iter().sum())
}

#[orchestrator]
async fn newsletter(ctx: &Context, issue: u64) -> Result<u64> {
    ctx.timer(Duration::from_secs(24 * 3_600)).await;
    Ok(issue)
}

/// The customers: an order now and then, and a report after every ten. It goes on for ever.
#[orchestrator]
async fn customers(ctx: &Context, number: u64) -> Result<()> {
    let order = nth_order(number);
    ctx.set_status(&format!("order {number} comes in"));
    ctx.start(self::order(order.clone()).instance_id(format!("order-{number}")).tag("item", order.item));
    if number.is_multiple_of(10) {
        ctx.start(daily_report(number / 10).instance_id(format!("report-{}", number / 10)));
        ITEMS.iter().for_each(|(item, _)| ctx.signal(Stock::at(*item).add(6)));
    }
    let pause = if number < 30 { Duration::from_millis(50) } else { Duration::from_secs(4) };
    ctx.timer(pause).await;
    ctx.continue_as_new(customers(number + 1)).await
}

#[deterministic]
fn nth_order(number: u64) -> Order {
    let (item, price) = ITEMS.into_iter().cycle().nth((number * 7 % 5) as usize).unwrap_or(("lamp", 8_500));
    let customer = ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Tony"].into_iter().cycle().nth((number % 6) as usize);
    let quantity = 1 + number % 3;
    let customer = customer.unwrap_or("Ada").to_owned();
    Order { number, customer, item: item.to_owned(), quantity, cents: price * quantity }
}

const CODE: Registry = registry![
    order,
    approval,
    shipping,
    stocktaking,
    daily_report,
    newsletter,
    customers,
    check_address,
    charge,
    refund,
    print_label,
    hand_over,
    ask_the_boss,
    sum_up,
    Stock,
    Customer,
];

/// Fills the shelves, and lets in the customers. After a crash all of that is there already.
async fn open(client: &Client) -> Result<()> {
    if client.status(&"customers".parse()?).await?.is_some() {
        return Ok(());
    }
    for (item, _) in ITEMS {
        client.signal(Stock::at(item).add(if item == "desk" { 4 } else { 40 })).await?;
    }
    client.signal(Stock::at("umbrella").add(12)).await?;
    client.start(stocktaking("umbrella".into())).instance_id("stocktaking-umbrella").await?;
    for number in [9_001, 9_002, 9_003] {
        let umbrella = Order { item: "umbrella".into(), cents: 1_900, ..nth_order(number) };
        client.start(order(umbrella)).instance_id(format!("order-{number}")).tag("item", "umbrella").await?;
    }
    let newsletter = client.start(newsletter(7)).instance_id("newsletter-7").version("2.1").await?;
    newsletter.suspend("nobody has written it yet").await?;
    client.start(customers(1)).instance_id("customers").await?;
    Ok(())
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever started the program waits for this line")]
async fn main() -> Result<()> {
    durable_examples::show_logs();
    let runtime = Runtime::builder().sqlite(durable_examples::database("dashboard")).register(CODE).start().await?;
    let client = runtime.client();
    open(&client).await?;

    // `durable::http::serve(client, address)` does the same without a label, and prints nothing.
    let asked_to_end = durable_examples::asked_to_end()?;
    let server = Api::new(client).environment("example").bind(durable_examples::address()?).await?;
    println!("listening on http://{}", server.local_addr());
    server.run_until(asked_to_end).await;
    runtime.shutdown().await
}

#[cfg(test)]
mod tests {
    use durable::testing::{TestEnv, crash_everywhere};

    use super::*;

    #[tokio::test]
    async fn orders_wait_for_the_stocktaking() -> Result<()> {
        let env = TestEnv::new(CODE).await?;
        env.signal(Stock::at("umbrella").add(3)).await?;
        let stocktaking = env.start(stocktaking("umbrella".into())).await?;
        let umbrella = Order { item: "umbrella".into(), cents: 1_900, ..nth_order(1) };
        let order = env.start(order(umbrella)).await?;
        env.advance(Duration::from_secs(3_600)).await;
        assert_eq!(order.status().await?.status, Status::Running);
        stocktaking.raise("counted", &2_u64).await?;
        assert_eq!(stocktaking.output().await?, 1);
        assert_eq!(order.output().await?.parcel, "parcel of label-1 for Grace, 1 Harbour Street");
        Ok(())
    }

    #[tokio::test]
    async fn what_is_out_of_stock_is_paid_back() -> Result<()> {
        let env = TestEnv::new(CODE).await?;
        let failed = env.start(order(nth_order(1))).await?.output().await.unwrap_err();
        assert!(failed.message().contains("only 0 of"), "{failed}");
        assert_eq!(env.runs(refund).len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_crash_anywhere_changes_nothing() {
        crash_everywhere(TestEnv::builder(CODE), async |env| {
            env.signal(Stock::at("bicycle").add(9)).await?;
            // Two whose bank is busy at first, and which a person has to approve of; one of them is not.
            let (yes, no) = (Order { number: 2, ..nth_order(8) }, Order { number: 5, ..nth_order(8) });
            assert!(yes.cents > EXPENSIVE);
            let yes = env.start(order(yes)).instance_id("yes").await?;
            let no = env.start(order(no)).instance_id("no").await?;
            for (id, approved) in [("yes-approval", true), ("no-approval", false)] {
                env.advance(Duration::from_secs(60)).await;
                let decision = Decision { by: "Ada".into(), approved };
                env.handle::<bool, Error>(id)?.raise("decision", &decision).await?;
            }
            let left = (yes.output().await?.parcel, no.output().await.unwrap_err().to_string());
            Ok((left, env.call(Stock::at("bicycle").left()).await?))
        })
        .await;
    }
}
