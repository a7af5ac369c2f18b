//! The browser of the tests: the one that is there, or Debian's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;

/// A browser and its W3C WebDriver server.
#[derive(Debug)]
pub(crate) struct Chromium {
    /// Chromium or Chrome.
    pub(crate) browser: PathBuf,
    /// Its chromedriver.
    pub(crate) driver: PathBuf,
}

impl Chromium {
    /// Tells a program that tests where both are.
    pub(crate) fn name_to(&self, program: &mut Command) {
        program.env("AANRADER_CHROMIUM", &self.browser).env("AANRADER_CHROMEDRIVER", &self.driver);
    }
}

/// Finds Chromium and chromedriver, installing them where that can be done without asking.
pub(crate) fn ensure() -> Result<Chromium> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if Path::new("/etc/debian_version").exists() && rustix::process::geteuid().is_root() {
        println!("installing Debian's chromium and chromium-driver");
        let apt = |args: &[&str]| {
            command::output(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"])?;
    }
    match find() {
        Some(found) => Ok(found),
        None => bail!(
            "the browser tests need Chromium and chromedriver of one version on the PATH \
             (Debian: `apt-get install chromium chromium-driver`)"
        ),
    }
}

fn find() -> Option<Chromium> {
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let browser = named("AANRADER_CHROMIUM").or_else(|| browsers.into_iter().find_map(on_path))?;
    let driver = named("AANRADER_CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    Some(Chromium { browser, driver })
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
