//! Makes of a crate a small module and its glue: rustc, wasm-bindgen, wasm-opt, esbuild.
//!
//! wasm-bindgen's scripts are used unchanged. `Cargo.toml` sets its version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto, Output};

use crate::{command, layout, tools};

/// A module that ships. To add another one, add a line to [`MODULES`].
struct Module {
    /// The name of its files: `NAME.wasm` and `NAME.js`.
    name: &'static str,
    /// Its crate.
    package: &'static str,
    /// The script in `www` that is bundled with the glue.
    script: &'static str,
    target: Target,
}

/// How a module is started.
enum Target {
    /// By our script, which imports wasm-bindgen's glue as `./glue_bg.js` and the object of imports, under
    /// short names, as `./imports.js`. This is the smallest way, for customers' pages.
    Bundler,
    /// By wasm-bindgen's own `init`, which our script imports as the default export of `./glue.js`. It takes
    /// an address, bytes, a response or a compiled module. It runs in pages, workers and Node, where it needs
    /// a file's bytes.
    Web,
}

const MODULES: [Module; 4] = [
    Module { name: "widget", package: "aanrader-widget", script: "widget.js", target: Target::Bundler },
    Module { name: "pages", package: "aanrader-pages", script: "module.js", target: Target::Web },
    Module { name: "nps", package: "aanrader-nps", script: "nps.js", target: Target::Web },
    Module { name: "nps-text", package: "aanrader-nps-text", script: "nps-text.js", target: Target::Web },
];

/// The substitutes of the widget's glue for globals that a page may have replaced.
const NATIVES: &str = "natives.js";

/// The name of the module's import object: it precedes each import, so it is short.
const IMPORTS: &str = "_";

/// The features that rustc's wasm32-unknown-unknown uses by default, and SIMD, which `npsOf` uses for
/// counting. Every browser with `popover` has all of them.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Compiles all modules, and writes `NAME.wasm` and `NAME.js` into `out`.
pub(crate) fn build(out: &Path) -> Result<()> {
    println!("compiling the modules");
    compile()?;
    for module in &MODULES {
        println!("binding and optimising {}.wasm", module.name);
        let bound = layout::scratch().join(format!("{}-{}", std::process::id(), module.name));
        let done = module.build(&bound, out);
        // A scratch folder that remains does no harm.
        let _ = fs::remove_dir_all(&bound);
        done.with_context(|| format!("making {}", module.name))?;
    }
    Ok(())
}

/// The module that other people's pages load for text. Its reader is built small; for the owner's pages the
/// reader is built fast, and for `npsOf` the counting of bytes. One run of cargo builds a crate in one way
/// only.
const SMALL_READER: &str = "aanrader-nps-text";

fn compile() -> Result<()> {
    let (small, others): (Vec<_>, Vec<_>) =
        MODULES.iter().map(|module| module.package).partition(|package| *package == SMALL_READER);
    compile_packages(&others, &[])?;
    compile_packages(&small, &["--config", "profile.wasm.package.aanrader-scores.opt-level=\"z\""])
}

fn compile_packages(packages: &[&str], options: &[&str]) -> Result<()> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--profile", "wasm", "--target", tools::WASM]).args(options);
    for package in packages {
        cargo.args(["-p", package]);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", rust_flags().join("\x1f")).env_remove("RUSTFLAGS");
    command::run(&mut cargo)
}

/// 64 KiB of stack instead of 1 MiB, so that the module starts with 192 KiB of memory. Paths of this machine
/// are remapped: panics name files, those of dependencies and the standard library by absolute paths.
fn rust_flags() -> Vec<String> {
    let sources = cargo_home().map(|home| home.join("registry").join("src"));
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok()).into_iter().flatten().flatten();
    let standard = tools::sysroot().map(|sysroot| sysroot.join("lib/rustlib/src/rust/library"));
    let paths = registries.map(|entry| entry.path()).chain(standard);
    let remap = paths.map(|path| format!("--remap-path-prefix={}/=", path.display()));
    std::iter::once("-Clink-arg=-zstack-size=65536".to_owned()).chain(remap).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(std::env::home_dir()?.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

impl Module {
    fn build(&self, bound: &Path, out: &Path) -> Result<()> {
        let mut output = self.bind()?;
        output.emit(bound)?;
        if matches!(self.target, Target::Bundler) {
            self.connect(&mut output, bound)?;
        }
        fs::copy(layout::www().join(self.script), bound.join("entry.js")).context(self.script)?;
        self.bundle(bound, out)?;
        self.optimise(&bound.join("glue_bg.wasm"), out)
    }

    fn bind(&self) -> Result<Output> {
        let file = format!("{}.wasm", self.package.replace('-', "_"));
        let mut bindgen = Bindgen::new();
        bindgen.input_path(layout::cargo_target().join(tools::WASM).join("wasm").join(file));
        bindgen.out_name("glue").remove_producers_section(true).encode_into(EncodeInto::Always);
        match self.target {
            Target::Bundler => bindgen.bundler(true)?,
            Target::Web => bindgen.web(true)?.omit_default_module_path(true),
        };
        bindgen.generate_output()
    }

    /// Gives the module's imports short names, and writes the object that contains them. Hashes such as in
    /// `__wbg_append_5e0ba61bf8ee3a15` don't compress, and would be in both the module and the glue.
    fn connect(&self, output: &mut Output, bound: &Path) -> Result<()> {
        let (mut script, mut object) = (String::new(), String::new());
        for (number, import) in output.wasm_mut().imports.iter_mut().enumerate() {
            let short = format!("_{number:x}");
            script += &format!("import {{ {:?} as {short} }} from {:?};\n", import.name, import.module);
            object += &format!("{short}, ");
            (import.module, import.name) = (IMPORTS.into(), short);
        }
        script += &format!("export default {{ {IMPORTS}: {{ {object}}} }};\n");
        fs::write(bound.join("imports.js"), script)?;
        fs::write(bound.join("glue_bg.wasm"), output.wasm_mut().emit_wasm())?;
        Ok(())
    }

    /// Bundles the starting script with the glue into one minified file.
    fn bundle(&self, bound: &Path, out: &Path) -> Result<()> {
        let mut esbuild = tools::esbuild();
        esbuild.arg(bound.join("entry.js")).args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
        // `npsOf` loads it when there is text.
        esbuild.arg("--external:./nps-text.js");
        if matches!(self.target, Target::Bundler) {
            esbuild.arg(format!("--inject:{}", layout::www().join(NATIVES).display()));
        }
        esbuild.arg(format!("--define:__MODULE__=\"{}.wasm\"", self.name));
        esbuild.arg(format!("--outfile={}", out.join(format!("{}.js", self.name)).display()));
        command::output(&mut esbuild).map(drop)
    }

    /// Optimises the module and removes the names of its functions. A copy keeps the names for `size`.
    fn optimise(&self, module: &Path, out: &Path) -> Result<()> {
        fs::create_dir_all(layout::figures())?;
        let named = layout::named(self.name);
        let bare = out.join(format!("{}.wasm", self.name));
        let wasm_opt = |options: &[&str], from: &Path, to: &Path| {
            let mut wasm_opt = tools::wasm_opt();
            command::output(wasm_opt.args(options).args(FEATURES).arg(from).arg("-o").arg(to)).map(drop)
        };
        wasm_opt(&["-Oz", "-g"], module, &named)?;
        wasm_opt(&["--strip-debug"], &named, &bare)
    }
}
