//! Generates the table of the files that are built into the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=AANRADER_DIST");
    let manifest_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let dist = env::var_os("AANRADER_DIST")
        .map_or_else(|| manifest_dir.join("../../target/dist"), |dist| manifest_dir.join(dist));
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.is_dir() {
        collect(&dist.canonicalize()?, &mut files)?;
    }
    if files.is_empty() {
        println!("cargo::warning=no widget files in {}: the collector serves none", dist.display());
    }
    files.sort();
    let out = Path::new(&variable("OUT_DIR")?).join("embedded.rs");
    fs::write(out, table(&dist.canonicalize().unwrap_or(dist), &files)?)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with("dist/npm") {
            // The package for bundlers, which no browser requests.
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

/// `NAME.br` is `NAME` in brotli, not a file of its own.
fn table(dist: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut rows = String::new();
    for file in files.iter().filter(|file| file.extension().is_none_or(|extension| extension != "br")) {
        let brotli = PathBuf::from(format!("{}.br", file.display()));
        let brotli = if files.contains(&brotli) {
            format!("Some(include_bytes!({:?}))", text(&brotli)?)
        } else {
            "None".into()
        };
        let path = file.strip_prefix(dist).map_err(io::Error::other)?;
        let (path, bytes, hash) = (text(path)?.replace('\\', "/"), text(file)?, hash(&fs::read(file)?));
        let row =
            format!("path: {path:?}, bytes: include_bytes!({bytes:?}), brotli: {brotli}, hash: {hash:?}");
        writeln!(rows, "    super::Asset {{ {row} }},").map_err(io::Error::other)?;
    }
    Ok(format!("pub(super) static FILES: &[super::Asset] = &[\n{rows}];\n"))
}

fn text(path: &Path) -> io::Result<&str> {
    path.to_str().ok_or_else(|| io::Error::other(format!("{} is no UTF-8", path.display())))
}

/// Half of SHA-256 is long enough to distinguish versions of a file.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
