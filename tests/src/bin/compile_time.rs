//! What the checks cost at compile time: `cargo run -p durable-tests --bin compile_time -- [--orchestrators N] [--runs N]`.
//!
//! Writes a crate of N functions in ten modules, once as orchestrators with their helpers marked, once as plain async
//! functions of the same text, and measures `cargo check` of that crate alone, with all dependencies compiled. Medians
//! of the runs, which take turns.

#![expect(clippy::print_stdout, reason = "its output is for people")]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use durable::prelude::*;

/// What the functions are written as.
#[derive(Clone, Copy, PartialEq)]
enum Variant {
    /// As orchestrators: checked.
    Checked,
    /// As async functions: the compiler alone.
    Plain,
}

fn main() -> Result<()> {
    let (mut orchestrators, mut runs) = (200, 5);
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        match name.as_str() {
            "--orchestrators" => orchestrators = value.parse()?,
            "--runs" => runs = value.parse()?,
            _ => return Err(Error::new(format!("unknown argument {name}"))),
        }
    }
    let directory = tempfile::tempdir()?;
    let crates = [
        write_crate(directory.path(), Variant::Checked, orchestrators)?,
        write_crate(directory.path(), Variant::Plain, orchestrators)?,
    ];
    let lines: usize = source_files(&crates[0]).iter().map(|file| count_lines(file)).sum();
    println!("{orchestrators} orchestrators, {lines} lines, cargo check of the crate alone, medians of {runs} runs");
    for (what, incremental) in [("from scratch", false), ("after a change, incrementally", true)] {
        let mut times = [Vec::new(), Vec::new()];
        for run in 0..=runs {
            for (root, times) in crates.iter().zip(&mut times) {
                let time = check(root, incremental)?;
                // The first run compiles the dependencies.
                if run > 0 {
                    times.push(time);
                }
            }
        }
        let [checked, plain] = times.map(median);
        println!("{what}:");
        println!("    as plain async functions  {plain:>8.2?}");
        println!(
            "    as orchestrators          {checked:>8.2?}  {:.2} times",
            checked.as_secs_f64() / plain.as_secs_f64()
        );
        println!("    per orchestrator          {:>8.2?}", checked.saturating_sub(plain) / orchestrators);
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Checks the crate as after a change of its root.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn check(root: &Path, incremental: bool) -> Result<Duration> {
    let main = root.join("src/lib.rs");
    let text = fs::read_to_string(&main)?;
    fs::write(&main, text)?;
    let began = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(root)
        .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
        .env("CARGO_TARGET_DIR", root.with_file_name("target"))
        .status()?;
    let time = began.elapsed();
    if status.success() { Ok(time) } else { Err(Error::new("the crate does not compile")) }
}

fn write_crate(directory: &Path, variant: Variant, orchestrators: u32) -> Result<PathBuf> {
    let name = if variant == Variant::Checked { "checked" } else { "plain" };
    let root = directory.join(name);
    fs::create_dir_all(root.join("src"))?;
    let durable = Path::new(env!("CARGO_MANIFEST_DIR")).join("../durable").display().to_string();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         durable = {{ path = \"{durable}\", default-features = false, features = [\"macros\"] }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
    );
    fs::write(root.join("Cargo.toml"), manifest)?;
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"), root.join("Cargo.lock"))?;
    let mut lib = String::from("#![allow(unused)]\n");
    for module in 0..10 {
        writeln!(lib, "pub mod flows_{module};").map_err(Error::new)?;
        let mut text = String::from(HEAD);
        for n in (module..orchestrators).step_by(10) {
            text += &BODY.replace("NN", &n.to_string());
        }
        if variant == Variant::Plain {
            text = text.replace("#[orchestrator]\n", "").replace("#[deterministic]\n", "");
        }
        fs::write(root.join(format!("src/flows_{module}.rs")), text)?;
    }
    fs::write(root.join("src/lib.rs"), lib)?;
    Ok(root)
}

fn source_files(root: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(root.join("src")).into_iter().flatten().flatten();
    files.map(|file| file.path()).collect()
}

fn count_lines(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

const HEAD: &str = r#"use durable::prelude::*;
use std::{collections::{BTreeMap, HashMap}, time::Duration};

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Line {
    pub article: String,
    pub cents: u64,
    pub pieces: u32,
}

#[activity]
pub async fn reserve(article: String, pieces: u32) -> Result<bool> {
    Ok(pieces < 100 && !article.is_empty())
}

#[activity]
pub async fn charge(card: String, cents: u64) -> Result<String> {
    Ok(format!("{card}-{cents}"))
}

#[deterministic]
pub fn total(lines: &[Line]) -> u64 {
    lines.iter().map(|line| line.cents * u64::from(line.pieces)).sum()
}
"#;

const BODY: &str = r#"
#[deterministic]
pub fn discount_NN(cents: u64, pieces: u32) -> u64 {
    match pieces {
        0..10 => cents,
        10..100 => cents - cents / 20,
        _ => cents - cents / 10,
    }
}

#[orchestrator]
pub async fn order_NN(ctx: &Context, card: String, lines: Vec<Line>) -> Result<Vec<String>> {
    let mut by_article: BTreeMap<String, u32> = BTreeMap::new();
    for line in &lines {
        *by_article.entry(line.article.clone()).or_default() += line.pieces;
    }
    for (article, pieces) in &by_article {
        if !ctx.call(reserve(article.clone(), *pieces)).await? {
            ctx.set_status(&format!("waiting for {article}"));
            ctx.timer(Duration::from_secs(3600)).await;
        }
    }
    let prices: HashMap<&str, u64> = lines.iter().map(|line| (line.article.as_str(), line.cents)).collect();
    let dearest = lines.iter().max_by_key(|line| prices[line.article.as_str()]).map(|line| line.article.clone());
    let amounts: Vec<u64> = lines.iter().map(|line| discount_NN(line.cents, line.pieces)).collect();
    let receipts = durable::try_join_all(amounts.iter().map(|cents| ctx.call(charge(card.clone(), *cents)))).await?;
    let approved = match durable::race(ctx.event::<bool>("approved"), ctx.timer(Duration::from_secs(60))).await {
        Either::Left(answer) => answer?,
        Either::Right(()) => total(&lines) < 10_000,
    };
    if !approved {
        return Err(Error::new(format!("not approved: {dearest:?}")));
    }
    let mut all = receipts;
    all.sort();
    all.dedup();
    Ok(all.into_iter().filter(|receipt| !receipt.is_empty()).collect())
}
"#;
