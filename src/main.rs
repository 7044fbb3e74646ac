//! The binary: parse arguments, start the log, run, exit code. Nothing else.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    tankwarz::app::run(tankwarz::cli::Cli::parse())
}
