// types and implementations that a macro of the user's makes
use durable::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($name:ident: $prefix:literal),+ $(,)?) => { $(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        struct $name(u64);

        impl $name {
            fn text(self) -> String {
                format!(concat!($prefix, "-{:06}"), self.0)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }
    )+ };
}

ids! { OrderId: "order", CustomerId: "customer" }

#[activity]
async fn link(order: OrderId, customer: CustomerId) -> Result<String> {
    Ok(format!("{}/{}", order.text(), customer.text()))
}

#[orchestrator]
async fn link_all(ctx: &Context, customer: u64, orders: Vec<u64>) -> Result<Vec<String>> {
    let customer = CustomerId::from(customer);
    tracing::info!(id = customer.text());
    durable::try_join_all(orders.into_iter().map(OrderId).map(|order| ctx.call(link(order, customer)))).await
}
