// good: a typestate builder with PhantomData
use std::marker::PhantomData;

use durable::prelude::*;

struct Unsigned;
struct Signed;

struct Contract<S> {
    text: String,
    signatures: Vec<String>,
    state: PhantomData<S>,
}

impl Contract<Unsigned> {
    fn new(text: String) -> Self {
        Self { text, signatures: Vec::new(), state: PhantomData }
    }

    fn signed_by(mut self, name: String) -> std::result::Result<Contract<Signed>, Self> {
        self.signatures.push(name);
        if self.signatures.len() < 2 {
            return Err(self);
        }
        let Self { text, signatures, .. } = self;
        Ok(Contract { text, signatures, state: PhantomData })
    }
}

impl Contract<Signed> {
    fn render(&self) -> String {
        format!("{}\n-- {}", self.text, self.signatures.join(", "))
    }
}

#[activity]
async fn file_contract(text: String) -> Result<u64> {
    Ok(text.len() as u64)
}

#[orchestrator]
async fn sign(ctx: &Context, text: String) -> Result<u64> {
    let mut contract = Contract::new(text);
    let signed = loop {
        let name = ctx.event::<String>("signature").await?;
        contract = match contract.signed_by(name) {
            Ok(signed) => break signed,
            Err(unsigned) => unsigned,
        };
        ctx.set_status(&contract.signatures);
    };
    ctx.call(file_contract(signed.render())).await
}
