//! The browsers of the tests and their WebDriver servers: the installed ones, or Debian's.

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
    /// The module of its tests. Chromium has none, because it also runs all other tests.
    pub(crate) module: &'static str,
    /// Debian's packages.
    packages: &'static [&'static str],
    /// The programs that a test needs, each with the environment variable for its path.
    programs: &'static [(&'static str, Finder)],
}

type Finder = fn() -> Option<PathBuf>;

/// Chromium without a user interface: the same engine, in half the time. Tests that kill browsers, and
/// measurements, use the Chromium of customers.
pub(crate) const SHELL: Engine = Engine {
    name: "Chromium's headless shell",
    module: "",
    // All three, so that their versions stay the same.
    packages: &["chromium", "chromium-driver", "chromium-headless-shell"],
    programs: &[("AANRADER_CHROMIUM", shell)],
};

/// All engines; Chromium comes first.
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
    /// Finds all its programs, and installs them if that needs no question. Tells a test program their paths.
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

/// A build of geckodriver in the background. Dropping this waits for it. A failure shows up when geckodriver
/// is needed, which tries again.
#[derive(Debug)]
pub(crate) struct Building(Child);

impl Building {
    /// Starts the build, if geckodriver is missing and Firefox will be there.
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

/// Builds it at low priority, below `target`: a debug build is good enough and takes half the time.
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

/// It isn't on the `PATH`, but in a folder such as `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1`.
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
