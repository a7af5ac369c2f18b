//! Every code block of the documents runs, or is compared with the thing that it shows. A block without a
//! runner fails, so a new language or command needs one.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use aanrader_tests::collector::{Collector, Options, command};
use aanrader_tests::from_xtask;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use reqwest::StatusCode;
use tempfile::{TempDir, tempdir};

const DOCUMENTS: [&str; 5] =
    ["README.md", "www/README.md", "src/collector/README.md", "tests/README.md", "src/README.md"];

/// The addresses of the collector in the examples.
const COLLECTORS: [&str; 2] = ["http://127.0.0.1:8080", "https://survey.example.nl"];

/// A code block: the document, its language and its text.
#[derive(Debug)]
struct Block {
    document: &'static str,
    language: String,
    code: String,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn blocks() -> Vec<Block> {
    DOCUMENTS.into_iter().flat_map(blocks_of).collect()
}

fn blocks_of(document: &'static str) -> Vec<Block> {
    let text = fs::read_to_string(root().join(document)).expect("a document");
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for event in Parser::new(&text) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                open = true;
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                blocks.push(Block { document, language, code: String::new() });
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            Event::Text(text) if open => blocks.last_mut().expect("a block").code.push_str(&text),
            _ => {}
        }
    }
    blocks
}

fn in_language(language: &str) -> Vec<Block> {
    blocks().into_iter().filter(|block| block.language == language).collect()
}

/// The code with the real collector's address in place of the example's.
fn at(collector: &Collector, code: &str) -> String {
    COLLECTORS.iter().fold(code.to_owned(), |code, example| code.replace(example, collector.url()))
}

fn succeed(output: &Output, what: &str) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {}{said}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The words of a line by the rules of a shell: quotes group, `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            '#' if !quoted => break,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The commands of a shell block.
fn commands(code: &str) -> Vec<Vec<String>> {
    code.replace("\\\n", " ").lines().map(words).filter(|words| !words.is_empty()).collect()
}

/// A folder with the collector's package, installed as README describes.
async fn installed(collector: &Collector) -> TempDir {
    let folder = tempdir().expect("a folder");
    let package = collector.get("/aanrader.tgz").await.expect(StatusCode::OK).body;
    fs::write(folder.path().join("aanrader.tgz"), package).expect("the package");
    let mut npm = Command::new("npm");
    npm.args(["install", "--offline", "--no-audit", "--no-fund", "./aanrader.tgz"])
        .current_dir(folder.path());
    succeed(&npm.output().expect("npm"), "npm install");
    folder
}

#[tokio::test]
async fn every_command_of_the_documents_works() {
    let collector = Collector::start(Options::default());
    let tasks = fs::read_to_string(root().join("src/xtask/main.rs")).expect("xtask");
    let workspace = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file");
    let mut ran = 0;
    for block in in_language("sh") {
        let folder = tempdir().expect("a folder");
        for words in commands(&block.code) {
            let said = words.join(" ");
            match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                // These build the product or ask npm's registry; this test only checks that they exist.
                ["cargo", "xtask", task, ..] => {
                    let variant = format!("    {}{}", task[..1].to_uppercase(), &task[1..]);
                    assert!(tasks.lines().any(|line| line.starts_with(&variant)), "{said}");
                }
                ["cargo", "build", .., package] => {
                    assert!(workspace.contains(&format!("name = \"{package}\"")), "{said}");
                }
                ["npm", "create", ..] | ["cd", _] => {}
                ["curl", "--remote-name", address] => {
                    let path = COLLECTORS.iter().find_map(|example| address.strip_prefix(example));
                    collector.get(path.expect("the collector")).await.expect(StatusCode::OK);
                }
                ["npm", "install", "./aanrader.tgz"] => drop(installed(&collector).await),
                ["target/release/aanrader", "serve", arguments @ ..] => {
                    let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
                    drop(Collector::start(Options { arguments, ..Options::default() }));
                }
                ["aanrader", arguments @ ..] => {
                    let mut aanrader = command();
                    aanrader.args(arguments).env("AANRADER_DATABASE", folder.path().join("answers.db"));
                    succeed(&aanrader.output().expect("the command"), &said);
                }
                _ => panic!("{}: nobody runs {said}", block.document),
            }
            ran += 1;
        }
    }
    assert!(ran > 10, "{ran} commands");
}

#[tokio::test]
async fn every_script_of_the_documents_runs_or_at_least_parses() {
    let collector = Collector::start(Options::default());
    let folder = installed(&collector).await;
    let mut ran = 0;
    for block in in_language("js") {
        // A browser test runs the scripts of pages: `tests/browser/examples.rs`.
        let in_node = block.code.contains("npsOf") || block.code.contains("require(");
        let name = if block.code.contains("require(") { "example.cjs" } else { "example.mjs" };
        fs::write(folder.path().join(name), &block.code).expect("an example");
        let mut node = Command::new("node");
        if !in_node {
            node.arg("--check");
        }
        let said = succeed(&node.arg(name).current_dir(folder.path()).output().expect("node"), &block.code);
        if block.code.contains("nps.text") {
            assert!(said.starts_with("NPS +20, 95% interval"), "{said}");
        }
        ran += 1;
    }
    assert!(ran > 5, "{ran} scripts");
}

#[tokio::test]
async fn every_page_of_the_documents_names_files_and_attributes_that_exist() {
    let collector = Collector::start(Options::default());
    let mut seen = 0;
    for block in in_language("html") {
        let code = at(&collector, &block.code);
        for address in code.split(collector.url()).skip(1) {
            let path = address.split('"').next().unwrap_or_default().replace("&amp;", "&");
            // Without the version, which differs each time.
            if !path.contains('…') {
                collector.get(&path).await.expect(StatusCode::OK);
            }
        }
        for tag in block.code.split("<aanrader-survey").skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            for name in tag.split("=\"").filter_map(|part| part.split([' ', '"']).next_back()) {
                let known = name.is_empty() || aanrader_widget::ATTRIBUTES.contains(&name);
                assert!(known, "{}: {name}", block.document);
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen} attributes");
}

/// The signature of `default`, `c-1`, 1800000000 with the key `key`, by `openssl dgst -sha256 -hmac key`.
const SIGNED: &str = "1800000000.9d31dfe3f134fb9a973cff65bf7e17d726018f61b1ce16b0f8633e6b6c51bbb1";

/// Runs a `sign` of the documents, with a line in that language that prints its result.
fn sign(language: &str, program: &str, flag: &str, print: &str) -> String {
    let block = in_language(language)
        .into_iter()
        .find(|block| block.code.contains("sign(key") || block.code.contains("sign(string $key"))
        .expect("a sign");
    let code = format!("{}\n{print}", block.code);
    succeed(&Command::new(program).args([flag, &code]).output().expect(program), language).trim().to_owned()
}

#[test]
fn the_signature_in_node_is_the_one_of_openssl() {
    let said = sign("js", "node", "-e", "console.log(sign('key', 'default', 'c-1', 1800000000))");
    assert_eq!(said, SIGNED);
}

#[test]
fn the_signature_in_php_is_the_one_of_openssl() {
    let said = sign("php", "php", "-r", "echo sign('key', 'default', 'c-1', 1800000000);");
    assert_eq!(said, SIGNED);
}

#[test]
fn the_signature_in_python_is_the_one_of_openssl() {
    let said = sign("python", "python3", "-c", "print(sign('key', 'default', 'c-1', 1800000000))");
    assert_eq!(said, SIGNED);
}

#[test]
fn the_signature_in_ruby_is_the_one_of_openssl() {
    let said = sign("ruby", "ruby", "-e", "puts sign('key', 'default', 'c-1', 1800000000)");
    assert_eq!(said, SIGNED);
}

#[tokio::test]
async fn every_other_block_is_an_address_that_answers_a_style_sheet_or_a_plain_picture() {
    let collector = Collector::start(Options::default());
    for block in blocks() {
        match block.language.as_str() {
            // Tested above, and in `tests/browser/examples.rs`.
            "sh" | "js" | "html" | "css" | "php" | "python" | "ruby" => {}
            "json" => drop(serde_json::from_str::<serde_json::Value>(&block.code).expect(&block.code)),
            "text" if block.code.starts_with(COLLECTORS[1]) => {
                let path = at(&collector, block.code.trim()).replace(collector.url(), "");
                collector.get(&path).await.expect(StatusCode::OK);
            }
            // The list of languages, which the build generates, and the drawing of the map.
            "text" => assert!(block.code.starts_with("af ar") || block.code.contains('┌'), "{}", block.code),
            other => panic!("{}: nobody runs a block in \"{other}\": {:.60}", block.document, block.code),
        }
    }
}

#[test]
fn the_systemd_unit_is_one() {
    let unit = fs::read_to_string(root().join("src/collector/aanrader.service")).expect("the unit");
    let sections: Vec<_> = unit.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(sections, ["[Unit]", "[Service]", "[Install]"]);
    for line in unit.lines().filter(|line| !line.is_empty() && !line.starts_with(['[', '#'])) {
        assert!(
            line.split_once('=').is_some_and(|(name, _)| name.chars().all(char::is_alphanumeric)),
            "{line}"
        );
    }
    // Puts this machine's program in place of the installed one, because verify checks that it can run.
    let program = from_xtask("AANRADER_BIN");
    let words = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("ExecStart");
    let installed = words.split(' ').next().unwrap_or_default();
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("aanrader.service");
    fs::write(&file, unit.replace(installed, &program)).expect("a unit");
    // A machine without systemd has no verify; the checks above still apply.
    if let Ok(output) = Command::new("systemd-analyze").arg("verify").arg(&file).output() {
        succeed(&output, "systemd-analyze verify");
    }
}

#[test]
fn a_shell_line_is_read_as_a_shell_reads_it() {
    let said = commands("aanrader x 'a b' \\\n  --c d   # why\n# only this\n");
    assert_eq!(said, [["aanrader", "x", "a b", "--c", "d"]]);
}

#[tokio::test]
async fn the_version_is_one_and_its_changes_are_told() {
    let version = env!("CARGO_PKG_VERSION");
    let mut aanrader = command();
    let said = succeed(&aanrader.arg("--version").output().expect("the command"), "--version");
    assert_eq!(said.trim(), format!("aanrader {version}"));
    let collector = Collector::start(Options::default());
    assert_eq!(collector.get("/healthz").await.json()["version"], version);
    let package =
        fs::read_to_string(installed(&collector).await.path().join("node_modules/aanrader/package.json"));
    let package: serde_json::Value = serde_json::from_str(&package.expect("the package")).expect("JSON");
    assert_eq!(package["version"], version);
    let reference = fs::read_to_string(root().join("www/README.md")).expect("the reference");
    let (_, changes) = reference.split_once("## Changes\n").expect("the changes");
    assert!(changes.contains(&format!("\n### {version}\n")), "the changes of {version} are not told");
}
