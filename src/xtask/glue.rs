//! From a crate to a small module and its glue: rustc, wasm-bindgen, wasm-opt, esbuild.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{command, layout, tools};

/// The modules: the name of their files and the crate they come from.
const MODULES: [(&str, &str); 2] = [("widget", "aanrader-widget"), ("pages", "aanrader-pages")];

/// What rustc's wasm32-unknown-unknown emits by default; every browser with `popover` has all of it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Compiles both modules and puts `NAME.wasm` and `NAME.js` into `out`.
pub(crate) fn build(out: &Path) -> Result<()> {
    println!("compiling the modules");
    compile()?;
    for (name, package) in MODULES {
        println!("binding and optimising {name}.wasm");
        let bound = layout::scratch().join(format!("{}-{name}", std::process::id()));
        let done = bind(name, package, &bound)
            .and_then(|()| {
                optimise(&bound.join(format!("{name}_bg.wasm")), &out.join(format!("{name}.wasm")))
            })
            .and_then(|()| minify(name, &bound, out));
        // A scratch folder that stays behind harms nobody.
        let _ = fs::remove_dir_all(&bound);
        done.with_context(|| format!("making {name}"))?;
    }
    Ok(())
}

fn compile() -> Result<()> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--profile", "wasm", "--target", tools::WASM]);
    for (_, package) in MODULES {
        cargo.args(["-p", package]);
    }
    // 64 KiB of stack instead of 1 MiB: the module then starts with 192 KiB of memory.
    cargo.env("RUSTFLAGS", "-Clink-arg=-zstack-size=65536").env_remove("CARGO_ENCODED_RUSTFLAGS");
    // wasm-bindgen reads the section that names the module's features, which `strip = true` drops;
    // wasm-opt strips afterwards.
    cargo.env("CARGO_PROFILE_WASM_STRIP", "debuginfo");
    command::run(&mut cargo)
}

fn bind(name: &str, package: &str, bound: &Path) -> Result<()> {
    let file = format!("{}.wasm", package.replace('-', "_"));
    let module = layout::cargo_target().join(tools::WASM).join("wasm").join(file);
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.omit_default_module_path(false).input_path(module).out_name(name);
    bindgen.remove_name_section(true).remove_producers_section(true).generate(bound)
}

fn optimise(module: &Path, out: &Path) -> Result<()> {
    let mut wasm_opt = tools::wasm_opt();
    wasm_opt.arg("-Oz").args(FEATURES).args([
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ]);
    wasm_opt.arg(module).arg("-o").arg(out);
    command::output(&mut wasm_opt).map(drop)
}

/// Bundles the glue with its snippets into one minified file that looks for `NAME.wasm` beside itself.
fn minify(name: &str, bound: &Path, out: &Path) -> Result<()> {
    let path = bound.join(format!("{name}.js"));
    let glue = fs::read_to_string(&path)?;
    let (theirs, ours) = (format!("{name}_bg.wasm"), format!("{name}.wasm"));
    ensure!(glue.contains(&theirs), "wasm-bindgen's glue no longer names {theirs}");
    fs::write(&path, glue.replace(&theirs, &ours))?;
    let outfile = format!("--outfile={}", out.join(format!("{name}.js")).display());
    let mut esbuild = tools::esbuild();
    esbuild.arg(&path).args(["--bundle", "--minify", "--format=esm", "--target=es2022", &outfile]);
    command::output(&mut esbuild).map(drop)
}
