//! `aanrader token`.

use clap::{Args, Subcommand};

use super::{At, instant, known_site};
use crate::sites::{hash, new_token};
use crate::store::{Engine, Scope, Scopes, SiteId, TokenRecord, now};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token and show it, once
    Add(Add),
    /// Make a token useless
    Revoke(Revoke),
    /// List all tokens
    List {
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// What to call it, such as the person or program that gets it
    name: String,
    /// The site that it opens
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    /// What it opens, with commas between: read (results and answers), work (following up, too), admin (all)
    #[arg(long, value_delimiter = ',', default_value = "read")]
    scope: Vec<String>,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
pub struct Revoke {
    /// Its name
    name: String,
    /// Its site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    at: At,
}

impl Command {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::Revoke(revoke) => revoke.run("token", |_| true).await,
            Self::List { at } => list(&*at.open().await?).await,
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let scope = |name: &String| {
            let scope = Scope::parse(name).filter(|scope| *scope >= Scope::Read);
            scope.ok_or_else(|| anyhow::anyhow!("--scope is {name:?}; give read, work or admin"))
        };
        let scopes = Scopes::of(self.scope.iter().map(scope).collect::<anyhow::Result<Vec<_>>>()?);
        let store = self.at.open_or_make().await?;
        let site = known_site(&*store, &self.site).await?;
        let token = make(&*store, site, self.name, scopes).await?;
        store.close().await?;
        eprintln!("Only its hash is kept, so this is the only time that it is shown:");
        println!("{token}");
        Ok(())
    }
}

impl Revoke {
    /// Revokes a token, which must be of this kind: its name in commands, and the check of its scopes.
    pub(super) async fn run(self, kind: &str, is_one: fn(&Scopes) -> bool) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let (site, name) = (known_site(&*store, &self.site).await?, &self.name);
        let found = find(&*store, &site, name).await?.filter(|token| is_one(&token.scopes));
        let Some(token) = found else {
            anyhow::bail!("the site {site} has no {kind} {name:?}; `aanrader {kind} list` has all");
        };
        let revoked_at = token.revoked_at.or_else(|| Some(now()));
        store.put_token(TokenRecord { revoked_at, ..token }).await?;
        println!("revoked {name}; a running collector knows it within 5 s");
        Ok(store.close().await?)
    }
}

/// Stores a new token, and returns it.
pub(super) async fn make(
    store: &dyn Engine,
    site: SiteId,
    name: String,
    scopes: Scopes,
) -> anyhow::Result<String> {
    let named = (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    anyhow::ensure!(named, "a token's name is empty or too long; give 1 to 64 characters");
    if let Some(twin) = find(store, &site, &name).await? {
        anyhow::ensure!(
            twin.revoked_at.is_some(),
            "the site {site} has a token {name:?}; revoke it first, or give this one another name"
        );
    }
    let token = new_token();
    let hash = hash(&token);
    store.put_token(TokenRecord { site, name, hash, scopes, created_at: now(), revoked_at: None }).await?;
    Ok(token)
}

async fn find(store: &dyn Engine, site: &SiteId, name: &str) -> anyhow::Result<Option<TokenRecord>> {
    Ok(store.tokens().await?.into_iter().find(|token| token.site == *site && token.name == name))
}

async fn list(store: &dyn Engine) -> anyhow::Result<()> {
    for token in store.tokens().await? {
        let end = token.revoked_at.map_or(String::new(), |at| format!(", revoked {}", instant(at)));
        println!(
            "{} {}: {}, made {}{end}",
            token.site,
            token.name,
            token.scopes.names(),
            instant(token.created_at)
        );
    }
    Ok(store.close().await?)
}
