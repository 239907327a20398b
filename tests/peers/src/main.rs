//! How fast `durable` is beside its peers, on the same work, the same disk, in one run that goes from one to the next:
//! `cargo run --release -- [--size FACTOR] [--runs N] [--only WORKLOAD] [--framework NAME]`.

use peers::{
    Result,
    build::Program,
    contestant::{Contestant, Framework},
    settings::Settings,
    table::{Row, Section},
    workload::Workload,
};

/// Measures one workload: in each run all contestants have their turn, so that what the machine does hits all of them.
#[expect(clippy::print_stderr, reason = "a benchmark says how far it is, beside its results")]
fn measure(settings: &Settings, programs: &[Program], workload: Workload) -> Result<Section> {
    let mut rows: Vec<Row> = settings
        .contestants()
        .filter(|contestant| contestant.instances(workload).is_some())
        .map(|contestant| Row { contestant, runs: Vec::new() })
        .collect();
    for run in 1..=settings.runs {
        for row in &mut rows {
            eprintln!("{}, run {run} of {}: {}", workload.name(), settings.runs, row.contestant);
            if let Some(job) = settings.job(workload, row.contestant) {
                row.runs.push(program(programs, row.contestant)?.run(job));
            }
        }
    }
    Ok(Section { workload, rows })
}

fn program(programs: &[Program], contestant: Contestant) -> Result<&Program> {
    let found = programs.iter().find(|program| program.framework == contestant.framework);
    found.ok_or_else(|| format!("{contestant} was not built").into())
}

#[expect(clippy::print_stdout, reason = "the program is for people to read")]
fn main() -> Result<()> {
    let settings = Settings::from_arguments(std::env::args().skip(1))?;
    let mut programs = Vec::new();
    for framework in [Framework::Durable, Framework::Durare, Framework::Duroxide] {
        if settings.contestants().any(|contestant| contestant.framework == framework) {
            programs.push(Program::build(framework)?);
        }
    }
    let versions: Vec<String> =
        programs.iter().map(|program| format!("{} {}", program.framework.name(), program.version)).collect();
    println!("{}; medians of {} runs", versions.join(", "), settings.runs);

    let mut sections = Vec::new();
    for workload in settings.workloads() {
        let section = measure(&settings, &programs, workload)?;
        section.print();
        sections.push(section);
    }
    println!();
    sections.iter().for_each(Section::print_json);
    Ok(())
}
