//! The documents of the repository as pages of the collector, so that a shop's developer needs no checkout.
//!
//! ```text
//! en/docs/NAME/index.html   the document, with its contents and a search; the same below nl/
//! docs/index.json           the texts of all sections, for the search
//! docs/files/PATH           pictures and files that a document links
//! ```

mod page;

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::layout;
use crate::owner::{self, Owner};
use crate::template;
use page::{Links, Page, Section};

/// A document: the address of its page below `docs/`, its file, and the key of its name in `docs.json`.
const DOCUMENTS: [(&str, &str, &str); 5] = [
    ("", "README.md", "document_start"),
    ("reference/", "www/README.md", "document_reference"),
    ("collector/", "src/collector/README.md", "document_collector"),
    ("tests/", "tests/README.md", "document_tests"),
    ("code/", "src/README.md", "document_code"),
];

/// The prefix of an address that first leads up to the start page.
const UP: &str = "up:";

/// A section in the index of the search.
#[derive(Serialize)]
struct Found<'a> {
    /// The page and the heading, relative to the start page.
    to: String,
    document: &'a str,
    title: &'a str,
    text: &'a str,
}

/// Writes the pages into the stage. `version` is the folder of this version.
///
/// # Errors
///
/// A document can't be read, or links a missing file.
pub(crate) fn build(stage: &Path, version: &str, owner: &mut Owner) -> Result<()> {
    let template = fs::read_to_string(layout::www().join("owner/document.html"))?;
    let template = template::named(&template, version)?;
    let mut found = Vec::new();
    let pages: Vec<_> = DOCUMENTS.iter().map(|document| read(document.1)).collect::<Result<_>>()?;
    for ((address, file, key), page) in DOCUMENTS.iter().zip(&pages) {
        for language in owner::LANGUAGES {
            let path = format!("docs/{address}");
            let template = template.replace("{{documents}}", &documents(address, &path));
            let html = owner.page(&template, language, &path).with_context(|| (*file).to_owned())?;
            let title = owner.text("docs", language, key)?;
            let html = html.replace("{{title}}", &title).replace("{{contents}}", &page.contents);
            let table = owner.text("docs", language, "table")?;
            let document = page
                .html
                .replace(&format!("\"{UP}"), &format!("\"{}", owner::root(&path)))
                .replace("{{table}}", &table);
            let html = html.replace("{{document}}", &document);
            write(&stage.join(language).join(&path).join("index.html"), html.as_bytes())?;
        }
        found.extend(page.sections.iter().map(|Section { id, title, text }| Found {
            to: format!("docs/{address}#{id}"),
            document: &page.title,
            title,
            text,
        }));
        for linked in &page.files {
            write(&stage.join("docs/files").join(linked), &fs::read(layout::root().join(linked))?)?;
        }
    }
    write(&stage.join("docs/index.json"), &serde_json::to_vec(&found)?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::create_dir_all(path.parent().context("a file without a folder")?)?;
    fs::write(path, bytes).with_context(|| path.display().to_string())
}

/// The links to all documents, as list items, with the current one marked.
fn documents(this: &str, path: &str) -> String {
    let item = |(address, _, key): &(&str, &str, &str)| {
        let mark = if *address == this { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{}docs/{address}\"{mark}>{{{{t.{key}}}}}</a></li>", owner::root(path))
    };
    DOCUMENTS.iter().map(item).collect()
}

fn read(file: &str) -> Result<Page> {
    let text = fs::read_to_string(layout::root().join(file)).with_context(|| file.to_owned())?;
    let page = Page::of(&text, &Targets { file });
    let missing: Vec<_> = page.files.iter().filter(|file| !layout::root().join(file).is_file()).collect();
    ensure!(missing.is_empty(), "{file} links {missing:?}, which are not there");
    Ok(page)
}

/// The targets of one document's links.
struct Targets<'a> {
    file: &'a str,
}

impl Links for Targets<'_> {
    /// A document's target is its page, a file's is a copy below `docs/files`; a folder has no page.
    fn target(&self, link: &str) -> Option<String> {
        if link.starts_with('#') || link.contains("://") {
            return Some(link.to_owned());
        }
        let (path, anchor) =
            link.split_once('#').map_or((link, String::new()), |(path, id)| (path, format!("#{id}")));
        let path = joined(self.file, path);
        if let Some((address, ..)) = DOCUMENTS.iter().find(|(_, file, _)| *file == path) {
            return Some(format!("{UP}docs/{address}{anchor}"));
        }
        let is_folder = layout::root().join(&path).is_dir();
        (!is_folder).then(|| format!("/docs/files/{path}"))
    }
}

/// A path relative to a file, from the top of the repository: `../b.md` beside `a/c.md` is `b.md`.
fn joined(file: &str, path: &str) -> String {
    let mut address = PathBuf::new();
    for part in Path::new(file).with_file_name(path).components() {
        match part {
            Component::ParentDir => drop(address.pop()),
            part => address.push(part),
        }
    }
    address.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::dist;

    #[test]
    fn a_link_to_a_document_leads_to_its_page_and_one_to_a_file_to_a_copy() {
        let targets = Targets { file: "src/collector/README.md" };
        let led = |link| targets.target(link);
        assert_eq!(led("../../www/README.md#the-link").as_deref(), Some("up:docs/reference/#the-link"));
        assert_eq!(led("Containerfile").as_deref(), Some("/docs/files/src/collector/Containerfile"));
        assert_eq!(led("#tls").as_deref(), Some("#tls"));
        assert_eq!(led("https://example.org/").as_deref(), Some("https://example.org/"));
        assert_eq!(led("../../tests/browser"), None);
    }

    #[test]
    fn every_document_of_the_repository_has_a_page() {
        let mut files = Vec::new();
        for folder in ["src", "tests", "www"] {
            let found = dist::files(&layout::root().join(folder)).expect("a folder");
            files.extend(found.iter().map(|file| format!("{folder}/{}", file.display())));
        }
        // The package's own README is for npm.
        files.retain(|file| file.ends_with("README.md") && !file.contains("/npm/"));
        let pages: BTreeMap<_, _> = DOCUMENTS.iter().map(|(address, file, _)| (*file, address)).collect();
        assert!(files.iter().all(|file| pages.contains_key(&**file)), "{files:?}");
    }
}
