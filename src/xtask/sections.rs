//! What a module is made of: its functions by the crate that they come from, and its other sections.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

/// What every module begins with: the magic number and version 1.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// Bytes by name of a part, the largest first; together they are the module without its names.
pub(crate) type Parts = Vec<(String, usize)>;

/// A module whose functions have names becomes one without them.
pub(crate) fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let mut out = HEADER.to_vec();
    for section in sections(module)?.iter().filter(|section| section.id != 0) {
        out.extend(section.whole);
    }
    Ok(out)
}

/// The parts of a module whose functions have names.
pub(crate) fn parts(module: &[u8]) -> Result<Parts> {
    let sections = sections(module)?;
    let mut names = BTreeMap::new();
    let mut imported = 0;
    for section in &sections {
        match section.id {
            0 => names.extend(function_names(section.body)?),
            2 => imported = imported_functions(section.body)?,
            _ => {}
        }
    }
    let mut sizes = BTreeMap::from([("module header".to_owned(), HEADER.len())]);
    let mut add = |part: String, bytes| *sizes.entry(part).or_insert(0) += bytes;
    for section in sections.iter().filter(|section| section.id != 0) {
        let mut rest = section.whole.len();
        if section.id == 10 {
            for (bytes, index) in bodies(section.body)?.into_iter().zip(imported..) {
                add(origin(names.get(&index).map_or("", String::as_str)), bytes);
                rest -= bytes;
            }
        }
        add(section.name().to_owned(), rest);
    }
    let mut parts: Parts = sizes.into_iter().collect();
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(parts)
}

/// The crate that a function comes from, and of the widget's own the module; what drops a value
/// belongs to the value's type.
fn origin(function: &str) -> String {
    let start = function.find("drop_in_place::<").map_or(0, |at| at + "drop_in_place::<".len());
    let path = &function[start..];
    let Some((name, inside)) = first_crate(path) else {
        // What belongs to a type of the language itself has no crate in its name.
        return if path.starts_with('<') { "core" } else { "wasm-bindgen: glue's side" }.into();
    };
    let module: String = inside.chars().take_while(|c| c.is_lowercase() || *c == '_').collect();
    match name {
        "aanrader_widget" => format!("aanrader-widget: {module}"),
        "__rustc" => "std".into(),
        other => other.replace('_', "-"),
    }
}

/// The first crate in a path, which has a hash behind it, as in `<&alloc[0f3c]::string::String as …`;
/// and what follows.
fn first_crate(path: &str) -> Option<(&str, &str)> {
    path.match_indices('[').find_map(|(at, _)| {
        let (hash, inside) = path[at + 1..].split_once("]::")?;
        let start = path[..at].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let name = &path[start..at];
        (!name.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit())).then_some((name, inside))
    })
}

/// One section: its number, all of it, and what follows its length.
struct Section<'a> {
    id: u8,
    whole: &'a [u8],
    body: &'a [u8],
}

impl Section<'_> {
    fn name(&self) -> &'static str {
        match self.id {
            1 => "types",
            2 => "imports",
            7 => "exports",
            10 => "code: lengths",
            11 => "data: style sheet, markup, names",
            _ => "tables, globals and the like",
        }
    }
}

fn sections(module: &[u8]) -> Result<Vec<Section<'_>>> {
    ensure!(module.starts_with(HEADER), "this is no module");
    let mut reader = Reader(&module[HEADER.len()..]);
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let whole = reader.0;
        let id = reader.byte()?;
        let body = reader.counted()?;
        sections.push(Section { id, whole: &whole[..whole.len() - reader.0.len()], body });
    }
    Ok(sections)
}

/// The names of functions by their numbers, if this custom section is the one that has them.
fn function_names(body: &[u8]) -> Result<BTreeMap<usize, String>> {
    let mut reader = Reader(body);
    let mut names = BTreeMap::new();
    if reader.counted()? != b"name" {
        return Ok(names);
    }
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let mut inner = Reader(reader.counted()?);
        if id == 1 {
            for _ in 0..inner.number()? {
                names.insert(inner.number()?, String::from_utf8_lossy(inner.counted()?).into_owned());
            }
        }
    }
    Ok(names)
}

/// How many functions are imported: their numbers come before those of the module's own.
fn imported_functions(body: &[u8]) -> Result<usize> {
    let mut reader = Reader(body);
    let mut functions = 0;
    for _ in 0..reader.number()? {
        reader.counted()?;
        reader.counted()?;
        match reader.byte()? {
            0 => {
                reader.number()?;
                functions += 1;
            }
            kind => {
                // A table and a global begin with a type; a table and a memory have limits.
                if kind != 2 {
                    reader.byte()?;
                }
                if kind == 3 || reader.byte()? & 1 == 1 {
                    reader.number()?;
                }
                if kind != 3 {
                    reader.number()?;
                }
            }
        }
    }
    Ok(functions)
}

/// The bytes of each function, its length before it among them.
fn bodies(body: &[u8]) -> Result<Vec<usize>> {
    let mut reader = Reader(body);
    (0..reader.number()?)
        .map(|_| {
            let before = reader.0.len();
            reader.counted()?;
            Ok(before - reader.0.len())
        })
        .collect()
}

/// Reads what is left of some bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the module ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number as modules have it: seven bits a byte, the lowest first.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        anyhow::bail!("a number in the module is too long")
    }

    /// As many bytes as the number before them says.
    fn counted(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        let (counted, rest) = self.0.split_at_checked(length).context("the module ends too early")?;
        self.0 = rest;
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one imported function, two of its own, and a section of names.
    fn module() -> Vec<u8> {
        let mut module = HEADER.to_vec();
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
    fn the_parts_are_together_as_large_as_the_module_without_its_names() {
        let module = module();
        let bare = without_names(&module).unwrap();
        assert!(module.starts_with(&bare) && bare.len() < module.len());
        let parts = parts(&module).unwrap();
        assert_eq!(parts.iter().map(|(_, bytes)| bytes).sum::<usize>(), bare.len());
        assert!(parts.contains(&("gloo-net".into(), 3)), "{parts:?}");
        assert!(parts.contains(&("aanrader-widget: js".into(), 4)), "{parts:?}");
    }

    #[test]
    fn a_module_that_ends_too_early_is_an_error() {
        let module = module();
        assert!(parts(&module[..module.len() - 1]).is_err());
        assert!(without_names(b"\0asm").is_err());
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
            ("__rustc[b797]::__rust_realloc", "std"),
            ("__wbindgen_malloc", "wasm-bindgen: glue's side"),
        ] {
            assert_eq!(origin(function), from, "{function}");
        }
    }
}
