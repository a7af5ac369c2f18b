//! The browsers of the tests and their WebDriver servers: those that are there, or Debian's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::{command, layout, packages};

/// A browser engine that tests run in.
#[derive(Debug)]
pub(crate) struct Engine {
    /// Its name.
    pub(crate) name: &'static str,
    /// The module in which its tests stand, for all but Chromium, which runs the rest as well.
    pub(crate) module: &'static str,
    /// Debian's packages.
    packages: &'static [&'static str],
    /// The programs that a test needs, each with the variable that names it.
    programs: &'static [(&'static str, Finder)],
}

type Finder = fn() -> Option<PathBuf>;

/// Chromium without a user interface: the same engine, in half the time. What kills browsers, and what is
/// measured, is for the one that visitors have.
pub(crate) const SHELL: Engine = Engine {
    name: "Chromium's headless shell",
    module: "",
    // All three, so that they stay of one version.
    packages: &["chromium", "chromium-driver", "chromium-headless-shell"],
    programs: &[("AANRADER_CHROMIUM", shell)],
};

/// All of them; Chromium comes first.
pub(crate) const ENGINES: [Engine; 3] = [
    Engine {
        name: "Chromium",
        module: "::chromium::",
        packages: &["chromium", "chromium-driver"],
        programs: &[("AANRADER_CHROMIUM", chromium), ("AANRADER_CHROMEDRIVER", chromedriver)],
    },
    Engine {
        name: "Firefox",
        module: "::firefox::",
        packages: &["firefox-esr"],
        programs: &[("AANRADER_FIREFOX", firefox), ("AANRADER_GECKODRIVER", geckodriver)],
    },
    Engine {
        name: "WebKitGTK",
        module: "::webkit::",
        packages: &["webkit2gtk-driver", "xvfb"],
        programs: &[
            ("AANRADER_MINIBROWSER", mini_browser),
            ("AANRADER_WEBKITDRIVER", webkit_driver),
            ("AANRADER_XVFB", xvfb),
        ],
    },
];

/// Debian has no geckodriver.
const GECKODRIVER: &str = "0.37.1";

const GECKODRIVER_HINT: &str = "Firefox also needs: cargo install geckodriver";

impl Engine {
    /// Finds all that it needs, installing it where that can be done without asking, and tells a
    /// program that tests where it is.
    pub(crate) fn name_to(&self, program: &mut Command) -> Result<()> {
        if self.needs_geckodriver() && packages::may_install() {
            println!("building geckodriver");
            command::output(&mut build_geckodriver())?;
        }
        let found = packages::ensure(self.packages, || self.find());
        let found =
            found.with_context(|| if self.needs_geckodriver() { GECKODRIVER_HINT } else { self.name })?;
        program.envs(found);
        Ok(())
    }

    fn find(&self) -> Option<Vec<(&'static str, PathBuf)>> {
        let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
        let programs = self.programs.iter();
        programs.map(|(name, find)| Some((*name, named(name).or_else(find)?))).collect()
    }

    fn needs_geckodriver(&self) -> bool {
        self.name == "Firefox" && geckodriver().is_none()
    }
}

/// Building geckodriver while other things are done. It is waited for when this is dropped; what has
/// failed is tried again, and its failure told, when it is needed.
#[derive(Debug)]
pub(crate) struct Building(Child);

impl Building {
    /// Begins, if geckodriver is not there and Firefox is going to be.
    pub(crate) fn begin() -> Option<Self> {
        let wanted = rustix::process::geteuid().is_root() && geckodriver().is_none();
        let mut build = build_geckodriver();
        build.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        wanted.then(|| build.spawn().ok()).flatten().map(Self)
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        drop(self.0.wait());
    }
}

/// Builds it without haste, below `target`: a debug build is as good and takes half the time.
fn build_geckodriver() -> Command {
    let mut nice = Command::new("nice");
    nice.arg(command::cargo().get_program());
    nice.args(["install", "geckodriver", "--locked", "--debug", "--version", GECKODRIVER]);
    nice.arg("--root").arg(layout::geckodriver()).env("CARGO_PROFILE_DEV_DEBUG", "0");
    nice.current_dir(layout::root());
    nice
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(on_path)
}

fn shell() -> Option<PathBuf> {
    on_path("chromium-headless-shell")
}

fn chromedriver() -> Option<PathBuf> {
    on_path("chromedriver")
}

fn firefox() -> Option<PathBuf> {
    ["firefox-esr", "firefox"].into_iter().find_map(on_path)
}

fn geckodriver() -> Option<PathBuf> {
    let built = layout::geckodriver().join("bin/geckodriver");
    on_path("geckodriver").or_else(|| built.is_file().then_some(built))
}

fn webkit_driver() -> Option<PathBuf> {
    on_path("WebKitWebDriver")
}

fn xvfb() -> Option<PathBuf> {
    on_path("Xvfb")
}

/// It is on nobody's `PATH`, but in `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1` and the like.
fn mini_browser() -> Option<PathBuf> {
    let within = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut libraries: Vec<_> = within(Path::new("/usr/lib")).collect();
    libraries.push("/usr/libexec".into());
    let versions = libraries.iter().flat_map(|dir| within(dir).collect::<Vec<_>>());
    let webkits = versions.filter(|dir| dir.to_string_lossy().contains("webkit"));
    webkits.map(|dir| dir.join("MiniBrowser")).find(|file| file.is_file())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
