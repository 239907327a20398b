//! How fast it is; see [`durable_tests::bench`].

use std::process::ExitCode;

use durable_tests::bench;

#[expect(clippy::print_stderr, reason = "a program for the command line")]
fn main() -> ExitCode {
    match bench::run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error {error}");
            ExitCode::FAILURE
        }
    }
}
