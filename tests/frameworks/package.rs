//! The tarball that `npm pack` makes.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::app::folder;

/// The standard output of a command, which must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn tar(arguments: &[&str]) -> String {
    output(Command::new("tar").args(arguments).current_dir(folder("")))
}

/// Every text in a value that names a file of the package.
fn files_named(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.strip_prefix("./").map(str::to_owned).into_iter().collect(),
        Value::Array(values) => values.iter().flat_map(files_named).collect(),
        Value::Object(values) => values.values().flat_map(files_named).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_tarball_holds_what_the_package_names_and_a_text_for_each_language() {
    let list = tar(&["-tzf", "aanrader.tgz"]);
    let files: BTreeSet<&str> = list.lines().filter_map(|line| line.strip_prefix("package/")).collect();
    let package: Value =
        serde_json::from_str(&tar(&["-xzOf", "aanrader.tgz", "package/package.json"])).expect("JSON");
    for name in files_named(&package) {
        assert!(files.contains(name.as_str()), "package.json names {name}: {files:?}");
    }
    let scripts = [
        "element.js",
        "targeting/index.js",
        "json.js",
        "properties.js",
        "widget.js",
        "texts.js",
        "nps.js",
        "nps.wasm",
        "nps-text.js",
        "nps-text.wasm",
    ];
    for name in scripts.into_iter().chain(["README.md", "LICENSE", "custom-elements.json"]) {
        assert!(files.contains(name), "{name} is missing: {files:?}");
    }
    let texts = files.iter().filter_map(|file| file.strip_prefix("texts/")?.strip_suffix(".js"));
    let locales = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/locales")).expect("locales");
    let names = locales.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let languages: BTreeSet<String> = names.map(|name| name.replace(".json", "")).collect();
    assert_eq!(texts.map(str::to_owned).collect::<BTreeSet<_>>(), languages);
}

#[test]
fn importing_the_package_where_there_are_no_elements_does_nothing() {
    let package = tempfile::tempdir().expect("a folder");
    tar(&["-xzf", "aanrader.tgz", "-C", package.path().to_str().expect("a path")]);
    let script = "import { aanrader, configure } from './package/index.js';
        configure({ collector: 'https://survey.example.nl' });
        aanrader('ask', { survey: 'shop' });
        console.log(Object.keys(globalThis).filter((name) => name.includes('aanrader')).length)";
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", script]).current_dir(package.path());
    assert_eq!(output(&mut node).trim(), "0");
}

#[test]
fn node_counts_with_the_package_from_the_file_beside_it_or_from_bytes() {
    let project = tempfile::tempdir().expect("a folder");
    let modules = project.path().join("node_modules");
    std::fs::create_dir(&modules).expect("a folder");
    tar(&["-xzf", "aanrader.tgz", "-C", modules.to_str().expect("a path")]);
    std::fs::rename(modules.join("package"), modules.join("aanrader")).expect("its own name");
    let node = |script: &str| {
        let mut node = Command::new("node");
        node.args(["--input-type=module", "--eval", script]).current_dir(project.path());
        output(&mut node).trim().to_owned()
    };
    let script = "import { compare, npsOf } from 'aanrader/nps';
        const { text, groups } = await npsOf('name;score\\na;9\\nb;10\\nc;3\\nd;7\\ne;8\\n');
        const { p } = await compare(npsOf(Uint8Array.of(9, 9, 9)), [9, 9, 9]);
        const { n } = await npsOf(Buffer.of(9, 10));
        console.log(text, JSON.stringify(groups), p, n);";
    let expected = "NPS +20, 95% interval \u{2212}44 to +70, n = 5 {\"promoters\":2,\"passives\":2,\"detractors\":1} 1 2";
    assert_eq!(node(script), expected);
    let script = "import { readFile } from 'node:fs/promises';
        import { load, loadText, npsOf } from 'aanrader/nps';
        await load(readFile('node_modules/aanrader/nps.wasm'));
        await loadText(readFile('node_modules/aanrader/nps-text.wasm'));
        await npsOf('speed;service\\n9;0\\n10;1\\n8;10\\n7;9\\n').catch(({ candidates }) => console.log(candidates.some(({ column }) => column == '“service”')));";
    assert_eq!(node(script), "true");
}

#[test]
fn the_manifest_of_the_element_is_valid() {
    let script = "import { readFileSync } from 'node:fs';
        import Ajv from 'ajv';
        const read = (path) => JSON.parse(readFileSync('node_modules/' + path));
        const schema = read('custom-elements-manifest/schema.json');
        const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
        const manifest = read('aanrader/custom-elements.json');
        console.log(manifest.schemaVersion, validate(manifest), JSON.stringify(validate.errors))";
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", script]).current_dir(folder("webpack"));
    assert_eq!(output(&mut node).trim(), "2.1.0 true null");
}
