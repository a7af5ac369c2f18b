//! The owner's tokens: the given ones, or one that the collector makes once.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use uuid::Uuid;

use crate::config::{Config, token_file};
use crate::http::auth::Token;

/// The tokens that open results. If none was given: the one of an earlier start, or a new one.
pub(super) fn owners(config: &Config) -> Vec<Token> {
    if !config.tokens.is_empty() {
        return config.tokens.clone();
    }
    let file = &config.own_token;
    let made = if file.exists() { Ok(()) } else { make(file) };
    let tokens = made.map_err(|error| error.to_string()).and_then(|()| token_file(file));
    match tokens {
        Ok(tokens) => {
            tracing::info!(file = %file.display(), "the admin token is in this file");
            tokens
        }
        Err(error) => {
            tracing::warn!(error, file = %file.display(), "there is no admin token, so nobody can read results");
            Vec::new()
        }
    }
}

/// Writes a new token that no other user of this machine can read.
fn make(file: &Path) -> io::Result<()> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(out, "{}", Uuid::new_v4().simple())?;
    out.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_is_made_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("aanrader.token");
        make(&file).expect("made");
        assert_eq!(token_file(&file).expect("a token").len(), 1);
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(make(&file).is_err(), "it is never replaced");
    }
}
