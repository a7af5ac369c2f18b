//! The project's tasks: `cargo xtask help` lists them.

mod assemble;
mod bundle;
mod command;
mod demo;
mod dist;
mod docs;
mod engines;
mod figures;
mod frameworks;
mod glossary;
mod glue;
mod graph;
mod invariants;
mod layout;
mod loader;
mod locales;
mod manifest;
mod messages;
mod msrv;
mod npm;
mod owner;
mod packages;
mod postgres;
mod programs;
mod report;
mod sections;
mod size;
mod tables;
mod template;
mod test;
mod tools;
mod types;

use std::process::ExitCode;

use clap::Parser;

/// The project's tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Make target/dist, everything that ships
    Build,
    /// Build, then serve the demo shop, the preview and the results
    Demo(demo::Options),
    /// Run everything that has to pass before a change lands, or one suite of it
    Test(test::Options),
    /// Run the fault suite's long form: one table, and failure if an answer is lost or double
    Soak(programs::Soak),
    /// Take pictures of every state, look, language and width, in target/gallery
    Gallery(programs::Gallery),
    /// Measure in Chromium what is promised about speed: one table, which fails nothing
    Bench(programs::Bench),
    /// Print the bytes of what ships and of what is in the widget, against budgets and the last commit
    Size,
    /// Write the tables of the element in the documents, and the list of all messages
    Tables,
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Build => assemble::run(),
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Soak(options) => programs::soak(&options),
        Task::Gallery(options) => programs::gallery(&options),
        Task::Bench(options) => programs::bench(&options),
        Task::Size => size::run(),
        Task::Tables => tables::run().and_then(|()| messages::write()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_task_and_option_is_well_defined() {
        Task::command().debug_assert();
    }

    #[test]
    fn a_wrong_suite_is_refused_with_those_there_are() {
        let error = Task::try_parse_from(["xtask", "test", "brwser"]).unwrap_err().to_string();
        assert!(error.contains("brwser") && error.contains("contract"), "{error}");
    }
}
