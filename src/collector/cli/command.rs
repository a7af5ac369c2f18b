//! The command line.

use std::ffi::OsString;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::Tool;
use crate::config::{Flags, Settings};

/// Asks customers whether they would recommend you, and gives you the number.
#[derive(Debug, Parser)]
#[command(name = "aanrader", version)]
struct Cli {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Take answers, serve the widget and give results
    Serve(Box<Flags>),
    #[command(flatten)]
    Tool(Box<Tool>),
}

/// The chosen command.
#[derive(Debug)]
pub enum Command {
    /// Serve with these settings, which are still unchecked.
    Serve(Box<Settings>),
    /// Work on the database.
    Tool(Box<Tool>),
}

/// Reads the command line and the environment. If the command line is invalid, or asks for help or the
/// version, prints that and ends the process.
pub fn command_line() -> Command {
    parse(std::env::args_os()).unwrap_or_else(|answer| answer.exit())
}

fn parse<I, T>(args: I) -> Result<Command, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let matches = Cli::command().try_get_matches_from(args)?;
    let cli = Cli::from_arg_matches(&matches)?;
    let flags = match cli.command {
        Sub::Serve(flags) => flags,
        Sub::Tool(tool) => return Ok(Command::Tool(tool)),
    };
    let none = ArgMatches::default();
    let matches = matches.subcommand().map_or(&none, |(_, matches)| matches);
    Ok(Command::Serve(Box::new(Settings::given(*flags, matches))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_arguments_that_agree_with_each_other() {
        for command in Cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
            let name = command.get_name();
            let help = parse(["aanrader", name, "--help"]).expect_err("help is no command");
            assert_eq!(help.kind(), clap::error::ErrorKind::DisplayHelp, "{name}: {help}");
        }
    }

    #[test]
    fn what_is_given_to_serve_becomes_its_settings() {
        let command = parse(["aanrader", "serve", "--listen", "127.0.0.1:2"]).expect("a command line");
        let Command::Serve(settings) = command else { panic!("serve was said") };
        let listen = settings.listen.expect("an address");
        assert_eq!((listen.text.as_str(), listen.place.as_str()), ("127.0.0.1:2", "--listen"));
    }
}
