//! Checks that `rust-version` is true for our dependencies: none of them needs a newer Rust. For our own
//! code, clippy's `incompatible_msrv` checks it.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::command;

/// Compares the workspace's `rust-version` with all packages in `Cargo.lock`.
pub(crate) fn check() -> Result<()> {
    let metadata = command::output(command::cargo().args(["metadata", "--format-version", "1"]))?;
    let newer = newer(&serde_json::from_str(&metadata)?);
    ensure!(
        newer.is_empty(),
        "rust-version in Cargo.toml is older than what these need: {}",
        newer.join(", ")
    );
    Ok(())
}

/// The packages that need a newer Rust than xtask, which has the workspace's version.
fn newer(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let needs = |package: &Value| version(package["rust_version"].as_str().unwrap_or_default());
    let ours = packages.clone().find(|package| package["name"] == "xtask").map(needs).unwrap_or_default();
    let newer = packages.filter(|package| needs(package) > ours);
    newer.map(|package| format!("{} {}", package["name"], package["rust_version"])).collect()
}

/// The numbers of a version such as `1.88.0` or `1.88`.
fn version(text: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = text.split('.').filter_map(|number| number.parse().ok()).collect();
    numbers.resize(3, 0);
    numbers
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_package_that_needs_a_newer_rust_is_named() {
        let package = |name: &str, rust: Option<&str>| json!({ "name": name, "rust_version": rust });
        let packages = [
            package("xtask", Some("1.89")),
            package("old", Some("1.9.2")),
            package("silent", None),
            package("same", Some("1.89.0")),
            package("new", Some("1.90.0")),
        ];
        assert_eq!(newer(&json!({ "packages": packages })), [r#""new" "1.90.0""#]);
    }
}
