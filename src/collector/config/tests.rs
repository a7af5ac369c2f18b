use clap::{Args, FromArgMatches};

use super::*;

/// The command with all settings, to compare other lists with.
fn serve_command() -> clap::Command {
    Flags::augment_args(clap::Command::new("serve"))
}

fn load(args: &[&str]) -> Result<Config, WrongSettings> {
    let all = ["serve"].iter().chain(args);
    let matches = serve_command().try_get_matches_from(all).expect("a command line");
    let flags = Flags::from_arg_matches(&matches).expect("flags");
    Config::load(Settings::given(flags, &matches))
}

#[test]
fn without_any_setting_there_are_defaults() {
    let config = load(&[]).expect("a configuration");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database, Location::File("aanrader.db".into()));
    assert!(config.tokens.is_empty() && !config.demo);
    assert_eq!(config.rate, Rate { per_minute: 600, proxies: 0 });
}

#[test]
fn every_wrong_setting_is_named_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.toml");
    std::fs::write(&file, "colour = 1\nlisten = 5\norigins = [\"https://a.example/path\"]\n")
        .expect("a file");
    let args = ["--database", "/nowhere/at/all.db", "--admin-token", "short", "--demo=perhaps", "--config"];
    let wrong =
        load(&[&args[..], &[file.to_str().expect("a path")]].concat()).expect_err("wrong").to_string();
    assert!(wrong.starts_with("aanrader: 6 settings are wrong:"), "{wrong}");
    for name in ["colour in ", "listen in ", "origins in ", "--database", "--admin-token", "--demo"] {
        assert!(wrong.contains(&format!("\n  {name}")), "{name} is missing in {wrong}");
    }
    assert!(!wrong.contains("short;") && !wrong.contains("\"short\""), "the token itself is shown: {wrong}");
}

#[test]
fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\ndemo = true\n").expect("a file");
    let config = load(&["--listen", "127.0.0.1:2", "--config", file.to_str().expect("a path")])
        .expect("a configuration");
    assert_eq!(config.listen.port(), 2);
    assert!(config.demo);
}

#[test]
fn the_rate_comes_from_anywhere_and_is_a_number_in_bounds() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("a.toml");
    std::fs::write(&file, "rate_limit = 7\nproxies = 2\n").expect("a file");
    let config =
        load(&["--proxies", "1", "--config", file.to_str().expect("a path")]).expect("a configuration");
    assert_eq!(config.rate, Rate { per_minute: 7, proxies: 1 });
    let wrong = load(&["--rate-limit", "many", "--proxies", "11"]).expect_err("wrong").to_string();
    assert!(
        wrong.contains("--rate-limit: \"many\" does not fit; give a whole number from 0 to 1000000"),
        "{wrong}"
    );
    assert!(wrong.contains("--proxies: \"11\" does not fit; give a whole number from 0 to 10"), "{wrong}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let wrong = load(&["--config", "/nowhere.toml"]).expect_err("wrong").to_string();
    assert!(wrong.contains("--config: can't read /nowhere.toml"), "{wrong}");
}

#[test]
fn the_token_is_never_printed() {
    let config = load(&["--admin-token", "0123456789abcdef"]).expect("a configuration");
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
}

#[test]
fn the_readme_has_every_setting_and_no_other() {
    let serve = serve_command();
    let readme = include_str!("../README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `--")).collect();
    let mut flags = 0;
    for argument in serve.get_arguments().filter(|argument| argument.get_long() != Some("help")) {
        let flag = argument.get_long().expect("a flag");
        let name = flag.replace('-', "_");
        let named = |row: &&&str| {
            row.starts_with(&format!("| `--{flag} ")) || row.starts_with(&format!("| `--{flag}`"))
        };
        let row = rows.iter().find(named).unwrap_or_else(|| panic!("--{flag} is missing in README.md"));
        assert!(row.contains(&format!("`AANRADER_{}`", name.to_uppercase())), "{row}");
        assert!(name == "config" || row.contains(&format!("| `{name}` |")), "{row}");
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let default = help.rsplit_once("[default: ").map(|(_, default)| default.trim_end_matches(']'));
        if let Some(default) = default.filter(|default| *default != "none") {
            assert!(row.contains(&format!("| `{default}` |")), "the default {default} is missing in {row}");
        }
        flags += 1;
    }
    assert_eq!(rows.len(), flags, "README.md has a setting that there is not");
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let config = load(&[]).expect("a configuration");
    assert_eq!(config.connections, Connections { all: 4_096, per_client: 256 });
    assert_eq!(config.own_token, PathBuf::from("aanrader.token"));
    assert!(config.tls.is_none() && config.metrics.is_none());
}

#[test]
fn every_setting_can_stand_in_the_file() {
    let serve = serve_command();
    let names = serve.get_arguments().filter_map(|argument| argument.get_long());
    for name in names.filter(|name| !["config", "help"].contains(name)) {
        assert!(super::file::knows(&name.replace('-', "_")), "{name}");
    }
}

#[test]
fn the_unit_and_the_container_name_settings_programs_and_tasks_that_there_are() {
    let (unit, container) = (include_str!("../aanrader.service"), include_str!("../Containerfile"));
    let known: Vec<String> = serve_command()
        .get_arguments()
        .filter_map(|argument| argument.get_env().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    let words = |text: &'static str| text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
    for name in words(unit).chain(words(container)).filter(|word| word.starts_with("AANRADER_")) {
        assert!(known.iter().any(|known| known == name), "there is no setting {name}");
    }
    for line in ["ExecStart=/usr/local/bin/aanrader serve\n", "WantedBy=multi-user.target\n"] {
        assert!(unit.contains(line), "{line}");
    }
    let build = format!("cargo build --release --locked --package {}\n", env!("CARGO_PKG_NAME"));
    let copy = "COPY --from=build /aanrader/target/release/aanrader /usr/local/bin/aanrader\n";
    for line in
        [&build, copy, "cargo xtask build \\\n", "ENTRYPOINT [\"/usr/local/bin/aanrader\"]\nCMD [\"serve\"]"]
    {
        assert!(container.contains(line), "{line}");
    }
    // Settings for the build itself are in the clone.
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the top");
    for file in ["Cargo.lock", "src/xtask/main.rs", "src/collector/Containerfile", ".cargo/config.toml"] {
        assert!(top.join(file).is_file(), "{file} is missing");
    }
}

#[test]
fn mail_needs_a_server_and_a_sender_and_shows_no_password() {
    let both = ["--smtp-url", "smtps://u:secret-1@mail.example", "--mail-from", "nps@shop.example"];
    let config = load(&both).expect("a configuration");
    assert!(config.post.is_some() && !format!("{config:?}").contains("secret-1"));
    for (args, says) in [
        (&both[..2], "--smtp-url: needs --mail-from, too"),
        (&both[2..], "--mail-from: needs --smtp-url, too"),
        (
            &["--smtp-url", "http://u:secret-1@mail.example", "--mail-from", "a@b.example"],
            "--smtp-url: is no mail server",
        ),
        (&["--smtp-url", both[1], "--mail-from", "nobody"], "--mail-from: \"nobody\" is no e-mail address"),
    ] {
        let wrong = load(args).expect_err("wrong").to_string();
        assert!(wrong.contains(says) && !wrong.contains("secret-1"), "{says}: {wrong}");
    }
}
