//! The project's tasks: `cargo xtask build | demo | test | size`.

mod assemble;
mod command;
mod dist;
mod glue;
mod layout;
mod locales;
mod size;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  build                    make target/dist, everything that ships
  size                     the bytes of each shipped file, raw and brotli, against the budget
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let done = match (args.first().map(String::as_str), rest) {
        (Some("build"), []) => assemble::run(),
        (Some("size"), []) => size::run(),
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
