//! `aanrader site`.

mod cases;

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{At, causes};
use crate::http::assets::Assets;
use crate::http::pages::Pages;
use crate::origins::Origins;
use crate::sites::REFRESH;
use crate::store::{Engine, Site, SiteId};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a site, or change the settings of one
    Add(Box<Add>),
    /// Replace the follow-up plan of a score
    Plan(causes::Plan),
    /// List all sites
    List {
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// Its id: 1 to 64 lower-case letters, digits and hyphens
    id: String,
    /// Origins that may send its answers, with commas between, such as https://shop.example or https://*.shop.example
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',')]
    origins: Option<Vec<String>>,
    /// Languages of its link pages, with commas between, the usual one first; empty for all
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    languages: Option<Vec<String>>,
    /// The time zone in which days are counted, such as Europe/Amsterdam
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Days after which its answers become anonymous; 0 is never
    #[arg(long, value_name = "DAYS")]
    retention: Option<u32>,
    #[command(flatten)]
    cases: Box<cases::CaseFlags>,
    /// The properties of answers that the trend compares, such as agent,client; empty for none
    #[arg(long, value_name = "PROPERTIES", value_delimiter = ',')]
    groups: Option<Vec<String>>,
    #[command(flatten)]
    at: At,
}

impl Command {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::Plan(plan) => plan.run().await,
            Self::List { at } => list(&*at.open().await?).await,
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let id = SiteId::try_from(self.id.clone()).map_err(anyhow::Error::msg)?;
        let store = self.at.open_or_make().await?;
        let known = store.sites().await?.into_iter().find(|site| site.id == id);
        let verb = if known.is_some() { "changed" } else { "added" };
        let before = known.unwrap_or_else(|| Site { id, ..Site::default() });
        let groups = before.groups.clone();
        let site = self.apply(before)?;
        println!("{verb} {}", line(&site));
        store.put_site(site.clone()).await?;
        if site.groups != groups {
            regroup(&*store, &site).await?;
        }
        Ok(store.close().await?)
    }

    /// Replaces the given settings; the others stay.
    fn apply(self, mut site: Site) -> anyhow::Result<Site> {
        if let Some(origins) = self.origins {
            Origins::parse(&origins.join(",")).map_err(|why| anyhow::anyhow!("--origins: {why}"))?;
            site.origins = origins.iter().map(|origin| origin.trim().to_owned()).collect();
        }
        if let Some(languages) = self.languages {
            site.languages = known(&languages)?;
        }
        if let Some(zone) = self.time_zone {
            anyhow::ensure!(
                jiff::tz::TimeZone::get(&zone).is_ok(),
                "--time-zone: {zone:?} is no zone; give a name of the IANA time zone database like Europe/Amsterdam"
            );
            site.time_zone = Some(zone);
        }
        if let Some(days) = self.retention {
            site.retention_days = Some(days).filter(|days| *days > 0);
        }
        site.cases = self.cases.apply(site.cases)?;
        if let Some(groups) = self.groups {
            site.groups = self::groups(&groups)?;
        }
        Ok(site)
    }
}

/// The most properties by which answers are grouped: each makes storing an answer a little slower.
const MOST_GROUPS: usize = 5;

/// The declared properties.
fn groups(names: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> =
        names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    names.sort();
    names.dedup();
    if let Some(name) = names.iter().find(|name| name.starts_with('@')) {
        anyhow::bail!(
            "--groups: {name:?} begins with @, as the collector's own counts do; give another property"
        );
    }
    anyhow::ensure!(
        names.len() <= MOST_GROUPS,
        "--groups has {} properties; give {MOST_GROUPS} at most",
        names.len()
    );
    Ok(names)
}

/// Counts the stored answers by the site's properties, once every running collector knows them.
async fn regroup(store: &dyn Engine, site: &Site) -> anyhow::Result<()> {
    tokio::time::sleep(REFRESH + Duration::from_secs(1)).await;
    let changed = store.regroup(site.id.clone(), site.groups.clone()).await?;
    println!("{changed} stored answers are now counted by {}", listed(&site.groups, "nothing"));
    Ok(())
}

fn listed(list: &[String], none: &str) -> String {
    if list.is_empty() { none.to_owned() } else { list.join(", ") }
}

/// The languages of the texts for these tags.
fn known(tags: &[String]) -> anyhow::Result<Vec<String>> {
    let pages = Pages::of(&Assets::embedded(false))?;
    let tags = tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty());
    let one = |tag: &str| {
        pages.language(tag).map(str::to_owned).ok_or_else(|| {
            let all = pages.tags().join(", ");
            anyhow::anyhow!("--languages: there are no texts in {tag:?}; there are {all}")
        })
    };
    tags.map(one).collect()
}

async fn list(store: &dyn Engine) -> anyhow::Result<()> {
    let sites = store.sites().await?;
    if !sites.iter().any(|site| site.id.is_default()) {
        println!("default: the origins of `aanrader serve`");
    }
    for site in sites {
        println!("{}", line(&site));
    }
    Ok(store.close().await?)
}

fn line(site: &Site) -> String {
    let kept =
        site.retention_days.map_or("kept for good".into(), |days| format!("anonymous after {days} days"));
    format!(
        "{}: {}; languages: {}; days in {}; {kept}; {}; grouped by {}",
        site.id,
        listed(&site.origins, "no origin"),
        listed(&site.languages, "all"),
        site.time_zone.as_deref().unwrap_or("UTC"),
        cases::line(&site.cases),
        listed(&site.groups, "nothing"),
    )
}
