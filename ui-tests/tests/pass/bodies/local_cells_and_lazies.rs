// good: cells and lazily computed values that live in local variables only
use std::{
    cell::{Cell, LazyCell, OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

use durable::prelude::*;

#[activity]
async fn tax_rate(country: String) -> Result<u64> {
    Ok(country.len() as u64 * 10)
}

#[activity]
async fn send_invoice(lines: Vec<String>) -> Result<usize> {
    Ok(lines.len())
}

#[orchestrator]
async fn invoice(ctx: &Context, country: String, cents: Vec<u64>) -> Result<usize> {
    let rate = OnceCell::new();
    let squares = LazyCell::new(|| cents.iter().map(|cents| cents * cents).sum::<u64>());
    let lines = Rc::new(RefCell::new(Vec::new()));
    let counter = Cell::new(0_u32);
    let currency: Arc<str> = Arc::from("EUR");
    let add = {
        let lines = Rc::clone(&lines);
        let counter = &counter;
        move |text: String| {
            counter.set(counter.get() + 1);
            lines.borrow_mut().push(format!("{}. {text}", counter.get()));
        }
    };
    for cents in &cents {
        let percent = match rate.get() {
            Some(percent) => *percent,
            None => {
                let percent = ctx.call(tax_rate(country.clone())).await?;
                *rate.get_or_init(|| percent)
            }
        };
        add(format!("{} {currency}", cents + cents * percent / 100));
    }
    if counter.get() > 1 {
        add(format!("checksum {}", *squares));
    }
    let lines = lines.take();
    ctx.call(send_invoice(lines)).await
}
