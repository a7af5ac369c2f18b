//! What the templates of all pages have in common.

use std::fs;

use anyhow::{Context, Result};

use crate::{dist, layout};

/// A page in which values replace the names that the build knows.
pub(crate) fn named(page: &str, version: &str) -> Result<String> {
    let dir = layout::www().join("receivers");
    let head = fs::read_to_string(layout::www().join("head.html")).context("www/head.html")?;
    let mut page = page.replace("{{head}}", head.trim_end()).replace("{{v}}", &format!("/v/{version}"));
    for receiver in dist::files(&dir)? {
        let code = fs::read_to_string(dir.join(&receiver))?;
        page = page.replace(&format!("{{{{receivers/{}}}}}", receiver.display()), &escaped(&code));
    }
    Ok(page)
}

/// Code, escaped for HTML.
fn escaped(code: &str) -> String {
    code.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
