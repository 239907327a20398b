//! How the cost of a unit changes with scale; see [`durable_tests::bench::curves`].

use std::process::ExitCode;

use durable_tests::bench;

fn main() -> ExitCode {
    bench::exit_code(bench::curves::run(std::env::args_os().skip(1)))
}
