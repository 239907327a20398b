// methods that are named like I/O
use durable::prelude::*;
#[derive(Default)]
struct Cat {
    energy: u32,
    heard: Vec<String>,
}

impl Cat {
    fn spawn() -> Self {
        Self { energy: 5, ..Self::default() }
    }

    fn sleep(&mut self) -> &mut Self {
        self.energy += 3;
        self
    }

    fn connect(&mut self, other: &Self) {
        self.energy += other.energy;
    }

    fn send(&mut self, sound: &str) {
        self.heard.push(sound.to_owned());
    }

    fn recv(&mut self) -> Option<String> {
        self.heard.pop()
    }

    fn lock(&self) -> bool {
        self.energy == 0
    }
}

#[orchestrator]
async fn cats(ctx: &Context) -> Result<String> {
    ctx.set_status("purring");
    let (mut tom, mut kit) = (Cat::spawn(), Cat::spawn());
    tom.sleep().connect(&kit);
    kit.send("meow");
    let heard = kit.recv().unwrap_or_default();
    Ok(if tom.lock() { String::new() } else { heard })
}
