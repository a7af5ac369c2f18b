//! The tarball that `npm pack` makes.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::app::folder;

/// The standard output of a command, which has to work.
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
    let scripts = ["element.js", "targeting/index.js", "properties.js", "widget.js", "texts.js"];
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
