// a destructor that only changes local state
use durable::prelude::*;
use std::{cell::RefCell, rc::Rc};

struct Scope {
    name: &'static str,
    log: Rc<RefCell<Vec<String>>>,
}

impl Scope {
    fn enter(name: &'static str, log: &Rc<RefCell<Vec<String>>>) -> Self {
        log.borrow_mut().push(format!("> {name}"));
        Self { name, log: Rc::clone(log) }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        self.log.borrow_mut().push(format!("< {}", self.name));
    }
}

#[activity]
async fn work(n: u32) -> Result<u32> {
    Ok(n)
}

#[orchestrator]
async fn scoped(ctx: &Context) -> Result<Vec<String>> {
    let log = Rc::default();
    {
        let _outer = Scope::enter("outer", &log);
        ctx.call(work(1)).await?;
        drop(Scope::enter("inner", &log));
    }
    Ok(log.take())
}
