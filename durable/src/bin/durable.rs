//! The command `durable`; see [`durable::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    durable::cli::main()
}
