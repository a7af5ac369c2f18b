//! The `aanrader` binary: it only dispatches.

use std::process::ExitCode;

use aanrader_collector::config::{Command, Config, command_line};

fn main() -> ExitCode {
    match command_line() {
        Command::Tool(tool) => aanrader_collector::cli::run(*tool),
        Command::Serve(settings) => match Config::load(*settings) {
            Ok(config) => aanrader_collector::run(&config),
            Err(wrong) => {
                eprintln!("{wrong}");
                ExitCode::from(2)
            }
        },
    }
}
