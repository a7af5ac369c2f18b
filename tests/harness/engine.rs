//! The engines in which the tests run: how each starts, and the environment of its windows.

use std::ffi::OsString;
use std::path::Path;

use crate::from_xtask;

/// A browser engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, by chromedriver and its `DevTools` protocol.
    #[default]
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// `WebKitGTK`, in its `MiniBrowser` on a screen of its own.
    WebKit,
}

impl Engine {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The command that starts its driver, on a port that the system chooses.
    pub(crate) fn driver(self) -> Vec<OsString> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Chromium => ("AANRADER_CHROMEDRIVER", &["--port=0", "--log-level=SEVERE"]),
            // System access lets a test read the browser's own accessibility tree.
            Self::Firefox => (
                "AANRADER_GECKODRIVER",
                &["--port=0", "--websocket-port=0", "--log=fatal", "--allow-system-access"],
            ),
            Self::WebKit => ("AANRADER_WEBKITDRIVER", &["--port=0"]),
        };
        [from_xtask(program).into()].into_iter().chain(arguments.iter().map(OsString::from)).collect()
    }

    /// The environment of the driver, and so of the browser.
    pub(crate) fn environment(self, folder: &Path) -> Vec<(&'static str, OsString)> {
        // For its temporary files, some of which it leaves behind.
        let mut environment = vec![("TMPDIR", folder.into())];
        if self == Self::WebKit {
            let homes = ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];
            environment.extend(homes.map(|name| (name, folder.into())));
            environment.push(("LC_ALL", "en_US.UTF-8".into()));
            environment.push(("XVFB", from_xtask("AANRADER_XVFB").into()));
        }
        environment
    }
}

/// A module for each engine, with these tests in it; each test is a function of the engine.
///
/// For example, `fn esc_closes_it(engine: Engine)` runs as `chromium::esc_closes_it`,
/// `firefox::esc_closes_it` and `webkit::esc_closes_it`.
#[macro_export]
macro_rules! in_each_engine {
    ($($test:ident),+ $(,)?) => {
        $crate::in_engine!(chromium, Chromium, $($test),+);
        $crate::in_engine!(firefox, Firefox, $($test),+);
        $crate::in_engine!(webkit, WebKit, $($test),+);
    };
}

/// The module of one engine, see [`in_each_engine`].
#[macro_export]
macro_rules! in_engine {
    ($module:ident, $engine:ident, $($test:ident),+) => {
        mod $module {
            $(
                #[test]
                fn $test() {
                    super::$test($crate::engine::Engine::$engine);
                }
            )+
        }
    };
}
