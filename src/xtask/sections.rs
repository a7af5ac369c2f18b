//! The parts of a module: its functions by crate, and its other sections.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Bytes by the name of a part, the largest first.
pub(crate) type Parts = Vec<(String, usize)>;

/// The parts of a module whose functions have names. The names don't ship, so they don't count.
///
/// # Errors
///
/// The bytes are no module.
pub(crate) fn parts(module: &[u8]) -> Result<Parts> {
    let mut sizes = BTreeMap::new();
    let mut add = |part: &str, bytes: usize| *sizes.entry(part.to_owned()).or_insert(0) += bytes;
    let mut bodies = Vec::new();
    let (mut imported, mut names) = (0, BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::CustomSection(section) => names.extend(function_names(section.as_known())?),
            Payload::CodeSectionEntry(body) => bodies.push(length(body.range())),
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
                add("imports", length(section.range()));
            }
            Payload::DataSection(section) => add("data: style sheet, texts, names", length(section.range())),
            Payload::ExportSection(section) => add("exports", length(section.range())),
            other => {
                if let Some((_, range)) = other.as_section().filter(|(id, _)| *id != CODE) {
                    add("types, tables, globals and the like", length(range));
                }
            }
        }
    }
    for (bytes, index) in bodies.into_iter().zip(imported..) {
        add(&origin(names.get(&index).map_or("", String::as_str)), bytes);
    }
    let mut parts: Parts = sizes.into_iter().collect();
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(parts)
}

/// The number of the code section, whose functions are counted one by one.
const CODE: u8 = 10;

fn length(range: Range<usize>) -> usize {
    range.len()
}

/// The names of functions by their numbers, if this custom section contains them.
fn function_names(section: KnownCustom<'_>) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    if let KnownCustom::Name(section) = section {
        for part in section {
            if let Name::Function(functions) = part? {
                for naming in functions {
                    let naming = naming?;
                    names.insert(naming.index, naming.name.to_owned());
                }
            }
        }
    }
    Ok(names)
}

/// The crate of a function; for the widget's own functions, the module. Code that drops a value belongs to
/// the crate of its type.
fn origin(function: &str) -> String {
    let path = without_hashes(function);
    let path = path.split_once("drop_in_place").map_or(path.as_str(), |(_, of)| of);
    let Some((name, inside)) = first_crate(path) else {
        // A function of a built-in type has no crate in its name.
        return if path.starts_with('<') { "core" } else { "wasm-bindgen: glue's side" }.into();
    };
    let module: String = inside.chars().take_while(|c| c.is_lowercase() || *c == '_').collect();
    match name {
        "aanrader_widget" => format!("aanrader-widget: {module}"),
        "__rustc" => "std".into(),
        other => other.replace('_', "-"),
    }
}

/// A name without rustc's hash after a crate: `alloc[0f3c]::vec` becomes `alloc::vec`.
fn without_hashes(function: &str) -> String {
    let mut parts = function.split('[');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if rest.starts_with("::") && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
                path += rest;
            }
            _ => path = path + "[" + part,
        }
    }
    path
}

/// The first crate in a path such as `<&alloc::string::String as core::…`, and the rest of the path.
fn first_crate(path: &str) -> Option<(&str, &str)> {
    path.match_indices("::").find_map(|(at, _)| {
        let start = path[..at].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let is_first = start < at && !path[..start].ends_with("::");
        is_first.then(|| (&path[start..at], &path[at + 2..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one imported function, two of its own, and a section of names.
    fn module() -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([1, 4, 1, 0x60, 0, 0]);
        module.extend([2, 7, 1, 1, b'a', 1, b'b', 0, 0]);
        module.extend([3, 3, 2, 0, 0]);
        module.extend([10, 8, 2, 2, 0, 11, 3, 0, 1, 11]);
        let names = b"\x04name\x01\x2f\x02\x01\x14gloo_net[0f]::header\x02\x16aanrader_widget[1]::js";
        module.extend([0, names.len() as u8]);
        module.extend(names);
        module
    }

    #[test]
    fn a_functions_bytes_count_for_the_crate_that_it_comes_from() {
        let parts = parts(&module()).unwrap();
        for part in [("gloo-net", 2), ("aanrader-widget: js", 3), ("imports", 7)] {
            assert!(parts.contains(&(part.0.to_owned(), part.1)), "{part:?} in {parts:?}");
        }
    }

    #[test]
    fn a_module_that_ends_too_early_is_an_error() {
        let module = module();
        assert!(parts(&module[..module.len() - 1]).is_err());
    }

    #[test]
    fn a_function_comes_from_the_first_crate_in_its_name() {
        for (function, from) in [
            ("<aanrader_widget[5c48]::view::View>::remove", "aanrader-widget: view"),
            ("aanrader_widget[5c48]::storage::database::store", "aanrader-widget: storage"),
            ("<aanrader_survey[92c4]::flow::State>::on", "aanrader-survey"),
            ("core[1526]::ptr::drop_in_place::<js_sys[3b22]::Function>", "js-sys"),
            ("<&[u8] as core[1526]::cmp::PartialEq>::eq", "core"),
            ("<[u8]>::to_vec_in::<alloc[6ccc]::alloc::Global>", "alloc"),
            ("<[u8]>::starts_with", "core"),
            ("aanrader_widget::js::once::hcf8e8cf15e8e0a69", "aanrader-widget: js"),
            (
                "core::ptr::drop_in_place<aanrader_widget::outbox::attempt::{{closure}}>::he3",
                "aanrader-widget: outbox",
            ),
            ("__rustc[b797]::__rust_realloc", "std"),
            ("__wbindgen_malloc", "wasm-bindgen: glue's side"),
        ] {
            assert_eq!(origin(function), from, "{function}");
        }
    }
}
