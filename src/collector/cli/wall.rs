//! `aanrader wall`: links for screens and badges.

use clap::{Args, Subcommand};

use super::tokens::{Revoke, make};
use super::{At, instant, known_site};
use crate::store::{Engine, Scope, Scopes, SiteId};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a link and show it, once
    Add(Add),
    /// Make a link useless
    Revoke(Revoke),
    /// List all links
    List {
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// What to call it, such as the place of the screen
    name: String,
    /// The site that it shows
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    /// Show what customers wrote today, too
    #[arg(long)]
    comments: bool,
    #[command(flatten)]
    at: At,
}

impl Command {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(Add { name, site, comments, at }) => {
                let store = at.open_or_make().await?;
                let site = known_site(&*store, &site).await?;
                let scopes = [Some(Scope::Wall), comments.then_some(Scope::Comments)];
                let token = make(&*store, site, name, Scopes::of(scopes.into_iter().flatten())).await?;
                store.close().await?;
                eprintln!(
                    "Everybody with the link can read it. Only its hash is kept, so this is the only time that it is shown:"
                );
                println!("/wall/{token}\n/badge/{token}.svg");
                Ok(())
            }
            Self::Revoke(revoke) => revoke.run("wall", |scopes| scopes.has(Scope::Wall)).await,
            Self::List { at } => list(&*at.open().await?).await,
        }
    }
}

async fn list(store: &dyn Engine) -> anyhow::Result<()> {
    for link in store.tokens().await?.into_iter().filter(|token| token.scopes.has(Scope::Wall)) {
        let comments = if link.scopes.has(Scope::Comments) { ", with comments" } else { "" };
        let end = link.revoked_at.map_or(String::new(), |at| format!(", revoked {}", instant(at)));
        println!("{} {}: made {}{comments}{end}", link.site, link.name, instant(link.created_at));
    }
    Ok(store.close().await?)
}
