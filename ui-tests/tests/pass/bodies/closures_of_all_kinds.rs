// good: Fn, FnMut, FnOnce, boxed, returned and stored closures
use durable::prelude::*;

#[activity]
async fn keep(value: u64) -> Result<u64> {
    Ok(value)
}

struct Pipeline {
    stages: Vec<(String, Box<dyn Fn(u64) -> u64>)>,
}

impl Pipeline {
    fn run(&self, start: u64) -> u64 {
        self.stages.iter().fold(start, |value, (_, stage)| stage(value))
    }
}

#[deterministic]
fn times(n: u64) -> impl Fn(u64) -> u64 {
    move |x| x.wrapping_mul(n)
}

#[deterministic]
fn apply_twice<F>(mut f: F, x: u64) -> u64
where
    F: FnMut(u64) -> u64,
{
    let once = f(x);
    f(once)
}

#[orchestrator]
async fn closures(ctx: &Context, seed: u64) -> Result<u64> {
    let mut calls = 0;
    let mut counted = |x: u64| {
        calls += 1;
        x + calls
    };
    let first = counted(seed);
    let second = apply_twice(&mut counted, first);
    let add = |n: u64| move |x: u64| x + n;
    let add_five = add(5);
    let compose = |f: &dyn Fn(u64) -> u64, g: &dyn Fn(u64) -> u64, x: u64| g(f(x));
    let third = compose(&add_five, &times(3), second);
    let names = vec!["a".to_owned(), "b".to_owned()];
    let consume = move || names.into_iter().map(|name| name.len() as u64).sum::<u64>();
    let pipeline = Pipeline {
        stages: vec![
            ("double".to_owned(), Box::new(|x| x * 2)),
            ("add".to_owned(), Box::new(add(10))),
            ("times".to_owned(), Box::new(times(7))),
        ],
    };
    let finish: Box<dyn FnOnce(u64) -> String> = Box::new(|x| format!("{x}"));
    let text = finish(pipeline.run(third + consume()));
    ctx.call(keep(text.parse()?)).await
}
