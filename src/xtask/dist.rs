//! `target/dist`: all files that ship, staged beside it and swapped in when complete.

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::layout;

/// The types of files that get a brotli form: the module and text, never compressed formats.
const COMPRESSED: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "wasm"];

/// Every file below a folder, as sorted paths relative to it; empty if the folder is missing.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(current) = open.pop() {
        if !current.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&current)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(dir)?.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a folder with all its content.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(from.join(&file), &target).with_context(|| format!("copying {}", target.display()))?;
    }
    Ok(())
}

/// The version of a folder: 12 hexadecimal digits over the names and bytes of its content.
pub(crate) fn version(dir: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files(dir)? {
        let bytes = fs::read(dir.join(&file))?;
        hash.update(format!("{} {}\n", file.display(), bytes.len()));
        hash.update(bytes);
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// Puts the brotli form beside each file that gains from one.
///
/// Compression at level 11 is slow. So brotli forms of unchanged files come from `target/dist`, and all
/// processors share the rest.
pub(crate) fn compress(stage: &Path) -> Result<()> {
    let known = compressed_before();
    let gains = |file: &PathBuf| {
        file.extension().is_some_and(|extension| COMPRESSED.iter().any(|it| *it == extension))
    };
    let files: Vec<_> = files(stage)?.into_iter().filter(gains).collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let bytes = fs::read(stage.join(file))?;
            let brotli = match known.iter().find(|(raw, _)| *raw == bytes) {
                Some((_, brotli)) => brotli.clone(),
                None => brotli(&bytes)?,
            };
            fs::write(stage.join(with_br(file)), brotli)?;
        }
        Ok(())
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// The files of the last build and their brotli forms; empty if there are none.
fn compressed_before() -> Vec<(Vec<u8>, Vec<u8>)> {
    let dist = layout::dist();
    let pair = |file: PathBuf| {
        let compressed = fs::read(dist.join(with_br(&file))).ok()?;
        Some((fs::read(dist.join(file)).ok()?, compressed))
    };
    files(&dist).unwrap_or_default().into_iter().filter_map(pair).collect()
}

/// A file's name with `.br` appended.
pub(crate) fn with_br(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

/// Brotli, level 11, the largest window.
pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).context("brotli")?;
    Ok(out)
}

/// Makes a staged folder the new `target/dist`.
///
/// If the files are the same, nothing changes, so cargo doesn't build the embedding collector again.
pub(crate) fn publish(stage: &Path) -> Result<()> {
    let dist = layout::dist();
    if same(stage, &dist)? {
        return Ok(fs::remove_dir_all(stage)?);
    }
    if dist.exists() {
        fs::remove_dir_all(&dist).context("removing the old target/dist")?;
    }
    fs::rename(stage, &dist).context("putting the new target/dist in place")
}

fn same(a: &Path, b: &Path) -> Result<bool> {
    let names = files(a)?;
    if names != files(b)? {
        return Ok(false);
    }
    for name in names {
        if fs::read(a.join(&name))? != fs::read(b.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}
