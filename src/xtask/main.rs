//! The project's tasks: `cargo xtask build | demo | test | soak | bench | gallery | size | tables`.

mod assemble;
mod bench;
mod command;
mod demo;
mod dist;
mod engines;
mod figures;
mod frameworks;
mod gallery;
mod glue;
mod invariants;
mod layout;
mod loader;
mod locales;
mod manifest;
mod npm;
mod packages;
mod report;
mod sections;
mod size;
mod soak;
mod tables;
mod test;
mod tools;
mod types;
mod whole;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  build                    make target/dist, everything that ships
  demo                     build, then serve the demo shop, the preview and the results
      --listen ADDRESS     where (127.0.0.1:8080)
      --database FILE      the answers (target/demo/aanrader.sqlite)
      --origins LIST       pages of your own that may ask as well, parted by commas (none)
  test                     everything that has to pass before a change lands
      --all                also in the frameworks' apps that take long to install and to build
  test SUITE [FILTER]      one suite of tests: unit, contract, browser, frameworks or fault
  soak                     the fault suite's long form: one table, and failure if an answer is lost or double
      --answers N          from clients without a browser (10000)
      --browsers N         in real browsers, of which at least 60 of 300 are killed (300)
      --seed N             what is left to chance (the time)
  gallery                  pictures of every state, look, language and width, in target/gallery
      --all                every language in every look, not in the plain one alone
  bench                    measures in Chromium what is promised about speed: one table, which fails nothing
      --quick              fewer rounds
      PART                 only start, page, counting or preview
  size                     the bytes of each shipped file, raw and brotli, against the budget and the last
                           commit, and of each crate in the widget
  tables                   write what www/README.md lists of the element, from www/custom-elements.json
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let done = match (args.first().map(String::as_str), rest) {
        (Some("build"), []) => assemble::run(),
        (Some("demo"), options) => demo::run(options),
        (Some("test"), options) => test::run(options),
        (Some("size"), []) => size::run(),
        (Some("tables"), []) => tables::run(),
        (Some("soak"), options) => soak::run(options),
        (Some("gallery"), options) => gallery::run(options),
        (Some("bench"), options) => bench::run(options),
        (None | Some("help" | "--help" | "-h"), _) => {
            print!("{USAGE}");
            Ok(())
        }
        (Some(task), _) => {
            Err(anyhow::anyhow!("unknown task or arguments: {task} {}\n\n{USAGE}", rest.join(" ")))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
