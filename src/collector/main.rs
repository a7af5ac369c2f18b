//! The `aanrader` binary, which only dispatches.

use std::process::ExitCode;

use aanrader_collector::cli::{self, Command, command_line};
use aanrader_collector::config::Config;

fn main() -> ExitCode {
    match command_line() {
        Command::Tool(tool) => cli::run(*tool),
        Command::Serve(settings) => match Config::load(*settings) {
            Ok(config) => aanrader_collector::run(&config),
            Err(wrong) => {
                eprintln!("{wrong}");
                ExitCode::from(2)
            }
        },
    }
}
