//! The graph of each crate's modules: which module uses which, and whether there are circles.
//!
//! It compares the modules of one folder, each with all modules below it. A module and its parent may use
//! each other, because together they are one concern.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Path, UseTree, Visibility};

/// A module's path from its crate's root; empty for the root.
type Name = Vec<String>;

/// The modules of one crate.
#[derive(Debug, Default)]
pub(crate) struct Crate {
    modules: BTreeMap<Name, Uses>,
}

/// The references of one file to other modules.
#[derive(Debug, Default)]
struct Uses {
    /// Paths as written; `self` and `super` are relative to this module.
    paths: Vec<Vec<String>>,
    /// The paths of re-exports, by name.
    exports: BTreeMap<String, Vec<String>>,
    /// How many inline modules surround the current item.
    inside: usize,
}

impl Crate {
    /// Adds a file, by its path from the crate's folder. Tests aren't part of the graph.
    ///
    /// # Errors
    ///
    /// The file isn't valid Rust.
    pub(crate) fn add(&mut self, path: &str, text: &str) -> Result<()> {
        let Some(name) = name_of(path) else { return Ok(()) };
        let file = syn::parse_file(text).with_context(|| path.to_owned())?;
        let uses = self.modules.entry(name).or_default();
        uses.visit_file(&file);
        Ok(())
    }

    /// Each circle, as `a → b → a`.
    pub(crate) fn circles(&self) -> Vec<String> {
        let mut folders: BTreeMap<Name, BTreeSet<(String, String)>> = BTreeMap::new();
        for (name, uses) in &self.modules {
            for path in &uses.paths {
                let Some(used) = self.resolve(name, path, 0) else { continue };
                let common = name.iter().zip(&used).take_while(|(one, other)| one == other).count();
                if let (Some(from), Some(to)) = (name.get(common), used.get(common)) {
                    let edge = (from.clone(), to.clone());
                    folders.entry(name[..common].to_vec()).or_default().insert(edge);
                }
            }
        }
        folders.iter().flat_map(|(folder, edges)| circle(folder, edges.clone())).collect()
    }

    /// The module to which a path in another module leads; `None` outside this crate.
    fn resolve(&self, from: &Name, path: &[String], depth: usize) -> Option<Name> {
        let mut at = from.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => at.clear(),
            "self" | "super" => {}
            child => drop(self.modules.get(&[&at[..], &[child.to_owned()]].concat())?),
        }
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()?),
                name => {
                    let child = [&at[..], &[name.to_owned()]].concat();
                    if self.modules.contains_key(&child) {
                        at = child;
                    } else if let Some(origin) = self.modules.get(&at)?.exports.get(name)
                        && depth < 8
                    {
                        return self.resolve(&at, origin, depth + 1).or(Some(at));
                    } else {
                        break;
                    }
                }
            }
            rest = others;
        }
        Some(at)
    }
}

/// The module of a file: `a/b.rs` and `a/b/mod.rs` are `a::b`.
fn name_of(path: &str) -> Option<Name> {
    let stem = path.strip_suffix(".rs")?;
    let mut name: Name = stem.split('/').map(str::to_owned).collect();
    if matches!(name.last()?.as_str(), "lib" | "main" | "mod") {
        name.pop();
    }
    let is_other = name.iter().any(|part| part == "tests") || (name.len() == 1 && name[0] == "build");
    (!is_other).then_some(name)
}

/// One circle among these edges, if there is any: drops edges to modules that use no others, until all
/// remaining ones lead to circles.
fn circle(folder: &Name, mut edges: BTreeSet<(String, String)>) -> Option<String> {
    loop {
        let sources: BTreeSet<String> = edges.iter().map(|(from, _)| from.clone()).collect();
        let before = edges.len();
        edges.retain(|(_, to)| sources.contains(to));
        if edges.len() == before {
            break;
        }
    }
    let mut way = vec![edges.first()?.0.clone()];
    loop {
        let here = way.last()?;
        let next = edges.iter().find(|(from, _)| from == here)?.1.clone();
        if let Some(start) = way.iter().position(|module| *module == next) {
            way.push(next);
            let parent = if folder.is_empty() { String::new() } else { format!("{}: ", folder.join("::")) };
            return Some(format!("{parent}{}", way[start..].join(" → ")));
        }
        way.push(next);
    }
}

impl Uses {
    /// Notes a path, except a `super` that only leaves an inline module.
    fn add(&mut self, path: &[String]) {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let (left, first) = (supers.min(self.inside), path.first().map(String::as_str));
        if first != Some("self") || self.inside == 0 {
            self.paths.push(path[left..].to_vec());
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            Item::Fn(it) => &it.attrs,
            Item::Impl(it) => &it.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.inside += 1;
        visit::visit_item_mod(self, module);
        self.inside -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut found = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut found);
        for (path, name) in found {
            if self.inside == 0 && !matches!(item.vis, Visibility::Inherited) {
                self.exports.insert(name, path.clone());
            }
            self.add(&path);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    let says_test = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    };
    attributes.iter().any(says_test)
}

/// Every path of a `use`, with its local name.
fn flatten(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => {
            found.push(([&before[..], &[name.ident.to_string()]].concat(), name.ident.to_string()));
        }
        UseTree::Rename(name) => {
            found.push(([&before[..], &[name.ident.to_string()]].concat(), name.rename.to_string()));
        }
        UseTree::Glob(_) => found.push((before.clone(), String::new())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let mut found = Crate::default();
        files.iter().for_each(|(path, text)| found.add(path, text).unwrap());
        found.circles()
    }

    #[test]
    fn modules_that_use_each_other_are_a_circle_however_they_say_so() {
        for back in
            ["use crate::a::A;", "use super::{a::A, c};", "fn f(_: super::a::A) {}", "use crate::a as x;"]
        {
            let files =
                [("lib.rs", "mod a; mod b; mod c;"), ("a.rs", "use crate::b;"), ("b.rs", back), ("c.rs", "")];
            assert_eq!(circles(&files), ["a → b → a"], "{back}");
        }
    }

    #[test]
    fn a_way_round_through_a_third_and_through_what_is_handed_on_is_found() {
        let files = [
            ("lib.rs", "pub use a::A; mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B;"),
            ("b/mod.rs", "mod d;"),
            ("b/d.rs", "use crate::c::C;"),
            ("c.rs", "use crate::A;"),
        ];
        assert_eq!(circles(&files), ["a → b → c → a"]);
    }

    #[test]
    fn one_direction_a_parent_tests_and_other_crates_are_no_circle() {
        let files = [
            ("lib.rs", "mod a; mod b; pub struct S;"),
            ("a.rs", "mod c; use c::C; use crate::b; use serde::b::x;"),
            ("a/c.rs", "use super::A; use crate::S;"),
            ("b.rs", "#[cfg(test)] mod tests { use crate::a::A; } mod inner { use super::B; }"),
            ("b/tests.rs", "use crate::a;"),
        ];
        assert_eq!(circles(&files), Vec::<String>::new());
    }

    #[test]
    fn a_circle_within_a_folder_is_named_with_it() {
        let files =
            [("lib.rs", ""), ("v.rs", ""), ("v/a.rs", "use super::b;"), ("v/b.rs", "use crate::v::a::A;")];
        assert_eq!(circles(&files), ["v: a → b → a"]);
    }
}
