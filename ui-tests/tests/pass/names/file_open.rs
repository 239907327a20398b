use durable::prelude::*;

#[derive(Debug)]
pub struct Door {
    wide: bool,
}

impl Door {
    fn open(wide: bool) -> Self {
        Self { wide }
    }
}

#[orchestrator]
pub async fn rates(_ctx: &Context) -> Result<bool> {
    Ok(Door::open(true).wide)
}
