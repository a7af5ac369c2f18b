//! From a crate to a small module and its glue: rustc, wasm-bindgen, wasm-opt, esbuild.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};
use walrus::{ElementItems, Function, FunctionId};
use wasm_bindgen_cli_support::{Bindgen, Output};

use crate::{command, layout, lean, sections, tools};

/// A module: the name of its files, the crate it comes from, and whether customers download it.
type Module = (&'static str, &'static str, bool);

const MODULES: [Module; 2] = [("widget", "aanrader-widget", true), ("pages", "aanrader-pages", false)];

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
    for module in MODULES {
        let (name, ..) = module;
        println!("binding and optimising {name}.wasm");
        let bound = layout::scratch().join(format!("{}-{name}", std::process::id()));
        let bare = bound.join(format!("{name}_bg.wasm"));
        let done =
            bind(module, &bound, out).and_then(|()| optimise(name, &bare, &out.join(format!("{name}.wasm"))));
        // A scratch folder that stays behind harms nobody.
        let _ = fs::remove_dir_all(&bound);
        done.with_context(|| format!("making {name}"))?;
    }
    Ok(())
}

fn compile() -> Result<()> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--profile", "wasm", "--target", tools::WASM]);
    for (_, package, _) in MODULES {
        cargo.args(["-p", package]);
    }
    let mut flags = rust_flags();
    if tools::ensure_std_sources() {
        // A panic traps at once, as it would in the end: nothing could catch it. But what would have
        // formatted its message, for nobody, is left out, and the standard library is compiled for size.
        cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
        cargo.env("RUSTC_BOOTSTRAP", "1");
        flags.extend(tools::IMMEDIATE_ABORT.map(str::to_owned));
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).env_remove("RUSTFLAGS");
    command::run(&mut cargo)
}

/// 64 KiB of stack instead of 1 MiB, so that the module starts with 192 KiB of memory; and nothing of
/// this machine in what ships: panics name files, and those of dependencies by their whole paths.
fn rust_flags() -> Vec<String> {
    let sources = cargo_home().map(|home| home.join("registry").join("src"));
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok()).into_iter().flatten().flatten();
    let remap = registries.map(|entry| format!("--remap-path-prefix={}/=", entry.path().display()));
    std::iter::once("-Clink-arg=-zstack-size=65536".to_owned()).chain(remap).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(std::env::home_dir()?.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// Makes the glue, its minified bundle and the module, whose shared internal names are shortened.
fn bind((name, package, for_customers): Module, bound: &Path, out: &Path) -> Result<()> {
    let file = format!("{}.wasm", package.replace('-', "_"));
    let module = layout::cargo_target().join(tools::WASM).join("wasm").join(file);
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.omit_default_module_path(false).input_path(module).out_name(name);
    bindgen.remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    output.emit(bound)?;
    let path = bound.join(format!("{name}.js"));
    let glue = fs::read_to_string(&path)?;
    let (theirs, ours) = (format!("{name}_bg.wasm"), format!("{name}.wasm"));
    ensure!(glue.contains(&theirs), "wasm-bindgen's glue no longer names {theirs}");
    if for_customers {
        let imports = output.wasm_mut().imports.iter();
        let snippets = imports.filter(|import| import.module.starts_with(lean::SNIPPETS));
        let snippets: BTreeSet<_> = snippets.map(|import| import.name.as_str()).collect();
        fs::write(bound.join("glue.js"), lean::lean(&glue, &format!("./{name}_bg.js"), &snippets)?)?;
        output.wasm_mut().imports.iter_mut().for_each(|import| lean::MODULE.clone_into(&mut import.module));
        fs::copy(layout::www().join("widget.js"), bound.join("widget.js"))?;
    } else {
        fs::write(&path, glue.replace(&theirs, &ours))?;
    }
    let glue = fs::read_to_string(if for_customers { bound.join("glue.js") } else { path })?;
    drop_exports(&mut output, &glue);
    if for_customers {
        drop_shapes(&mut output)?;
    }
    shorten_names(&mut output, name, bound, out)?;
    fs::write(bound.join(format!("{name}_bg.wasm")), output.wasm_mut().emit_wasm())?;
    Ok(())
}

/// What the glue does not name, nobody calls.
fn drop_exports(output: &mut Output, glue: &str) {
    let exports = &mut output.wasm_mut().exports;
    let unused = exports.iter().filter(|export| !glue.contains(&export.name));
    for export in unused.map(|export| export.id()).collect::<Vec<_>>() {
        exports.delete(export);
    }
}

/// What the linker keeps in the table of functions though nobody calls it by its number: what told
/// wasm-bindgen of which shape the closures are that js-sys knows, which it calls by name, and what polls
/// futures, of which there are none where nothing that polls is exported. In their places stands a function
/// that is there anyway, and of another type, so that a call of one would be a trap.
fn drop_shapes(output: &mut Output) -> Result<()> {
    let module = output.wasm_mut();
    let polls = |name: &str| name.contains("js_sys") && name.contains("::futures::");
    let name = |function: &Function| function.name.clone().unwrap_or_default();
    let exported = |function| module.exports.get_exported_func(function).is_some();
    let waits = module.funcs.iter().any(|function| exported(function.id()) && polls(&name(function)));
    let start = module.exports.get_func("__wbindgen_start").context("the module has no start")?;
    let unused = |function: FunctionId| {
        let name = name(module.funcs.get(function));
        name.contains("::convert::closures::_::invoke::<") || polls(&name) && !waits
    };
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut element.items {
            functions.iter_mut().filter(|function| unused(**function)).for_each(|function| *function = start);
        }
    }
    Ok(())
}

/// Minifies the glue, and gives what it shares with the module the names that it has there then.
fn shorten_names(output: &mut Output, name: &str, bound: &Path, out: &Path) -> Result<()> {
    let module = output.wasm_mut();
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let mut names: Vec<&mut String> = imports
        .chain(exports)
        .filter(|name| name.starts_with("__") || name.starts_with("wasm_bindgen_"))
        .collect();
    let shorter = minify(name, bound, out, &names)?;
    for name in &mut names {
        if let Some(short) = shorter.get(name.as_str()).and_then(Value::as_str) {
            short.clone_into(name);
        }
    }
    Ok(())
}

/// Optimises a module, which loses the names of its functions at last: `size` wants to know them.
fn optimise(name: &str, module: &Path, out: &Path) -> Result<()> {
    let named = layout::named(name);
    fs::create_dir_all(layout::figures())?;
    let mut wasm_opt = tools::wasm_opt();
    // Fresh memory is zero, and nothing lies in the first kilobyte; a second round finds what the first left.
    wasm_opt.args(["-Oz", "--zero-filled-memory", "--low-memory-unused", "--gufa", "-Oz"]);
    // Brotli finds what is repeated by itself, and makes less of it than a local variable would.
    wasm_opt.arg("--skip-pass=local-cse");
    wasm_opt.args(FEATURES).arg("-g").arg(module).arg("-o").arg(&named);
    command::output(&mut wasm_opt)?;
    Ok(fs::write(out, sections::without_names(&fs::read(&named)?)?)?)
}

/// Bundles the glue with its snippets into one minified file that looks for `NAME.wasm` beside itself.
///
/// Names such as `__wbg_append_5e0ba61bf8ee3a15` stand in the glue and in the module, and hashes do not
/// compress: esbuild shortens them in the glue, as properties, and returns what became of each.
fn minify(name: &str, bound: &Path, out: &Path, shared: &[&mut String]) -> Result<Map<String, Value>> {
    let path = bound.join(format!("{name}.js"));
    let cache = bound.join("names.json");
    fs::write(&cache, "{}")?;
    let shared: Vec<&str> = shared.iter().map(|name| name.as_str()).collect();
    let mut esbuild = tools::esbuild();
    esbuild.arg(&path).args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    esbuild.arg(format!("--outfile={}", out.join(format!("{name}.js")).display()));
    esbuild.arg(format!("--mangle-props=^({})$", shared.join("|")));
    esbuild.arg(format!("--mangle-cache={}", cache.display()));
    command::output(&mut esbuild)?;
    Ok(serde_json::from_slice(&fs::read(&cache)?)?)
}
