//! A case.

use durable::prelude::*;

/// Shipping.
pub mod shipping {
    use durable::prelude::*;

    #[activity]
    async fn ship() {}

    #[activity]
    async fn pack() {}

    /// All of it.
    pub const REGISTRY: Registry = registry![ship, pack];
}

#[activity]
async fn pay() {}

/// Nothing.
pub const EMPTY: Registry = registry![];

/// A name that the expansion could have.
pub static ITEMS: Registry = registry![pay,];

/// All.
pub const SHOP: Registry = registry![shipping::REGISTRY, EMPTY, pay];

fn main() {
    let _here = registry![pay, shipping::REGISTRY];
}
