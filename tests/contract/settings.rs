//! The collector's start, and its errors.

use std::fs;
use std::net::TcpListener;
use std::process::Output;

use aanrader_tests::collector::command;
use tempfile::tempdir;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn assert_refused(output: &Output, lines: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(text(&output.stdout), "", "nothing is ready");
    for line in lines {
        assert!(said.contains(&format!("\n  {line}")), "{line:?} is missing in:\n{said}");
    }
    assert_eq!(said.lines().count(), lines.len() + 1, "{said}");
}

#[test]
fn every_wrong_setting_is_named_with_the_place_where_it_was_made() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("aanrader.toml");
    fs::write(&file, "listen = 80\ncolour = \"red\"\n").expect("a file");
    let output = command()
        .args(["serve", "--listen", "nowhere", "--origins", "https://a.example/path,b.example"])
        .args(["--config".as_ref(), file.as_os_str()])
        .env("AANRADER_ADMIN_TOKEN", "short-secret")
        .env("AANRADER_DATABASE", "/nowhere/at/all/answers.db")
        .env("AANRADER_DEMO", "perhaps")
        .output()
        .expect("it ran");
    let file = file.display();
    assert_refused(
        &output,
        &[
            &format!("listen in {file}: is of another type"),
            &format!("colour in {file}: no such setting"),
            "--listen: \"nowhere\" is no address",
            "--origins: \"https://a.example/path\", \"b.example\" are no origins",
            "AANRADER_ADMIN_TOKEN: has 12 characters",
            "AANRADER_DATABASE: the folder /nowhere/at/all does not exist",
            "AANRADER_DEMO: \"perhaps\" is neither; give true or false",
        ],
    );
    assert!(!text(&output.stderr).contains("short-secret"));
}

#[test]
fn a_file_that_is_no_toml_is_named_with_the_line() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("aanrader.toml");
    fs::write(&file, "demo = true\nlisten = \n").expect("a file");
    let output = command().arg("serve").env("AANRADER_CONFIG", &file).output().expect("it ran");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("AANRADER_CONFIG: ") && said.contains("line 2"), "{said}");
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("aanrader.toml");
    fs::write(&file, "listen = \"from-file\"\norigins = [\"from-file\"]\nadmin_token = \"from-file\"\n")
        .expect("a file");
    let output = command()
        .args(["serve", "--listen", "from-flag", "--config"])
        .arg(&file)
        .env("AANRADER_LISTEN", "from-environment")
        .env("AANRADER_ORIGINS", "from-environment")
        // docker compose passes unset variables as empty.
        .env("AANRADER_ADMIN_TOKEN", "")
        .output()
        .expect("it ran");
    let token = format!("admin_token in {}: has 9 characters", file.display());
    assert_refused(
        &output,
        &[
            "--listen: \"from-flag\" is no address",
            "AANRADER_ORIGINS: \"from-environment\" is no origin",
            &token,
        ],
    );
}

#[test]
fn a_database_that_is_none_is_named_and_left_alone() {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("letters.db");
    let content = "Dear Sir or Madam, ".repeat(100);
    fs::write(&file, &content).expect("a file");
    let output = command()
        .args(["serve", "--listen", "127.0.0.1:0", "--database"])
        .arg(&file)
        .output()
        .expect("it ran");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("can't use the database") && said.contains("letters.db"), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), content);
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = command()
        .args(["serve", "--listen", &address, "--database"])
        .arg(folder.path().join("answers.db"))
        .output()
        .expect("it ran");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains(&format!("can't listen on {address}")), "{said}");
}
