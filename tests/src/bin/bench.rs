//! How fast it is; see [`durable_tests::bench`].

use std::process::ExitCode;

use durable_tests::bench;

fn main() -> ExitCode {
    bench::exit_code(bench::run(std::env::args_os().skip(1)))
}
