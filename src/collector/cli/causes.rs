//! `aanrader cause`, and `aanrader site plan`.

use aanrader_survey::Score;
use clap::{Args, Subcommand};

use super::{At, known_site};
use crate::cases::{CAUSE_CHARS, Steps};
use crate::store::{Site, SiteId, now};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a cause to a site's list
    Add {
        /// The cause
        name: String,
        #[command(flatten)]
        of: Of,
    },
    /// Rename a cause, also in the cases that name it
    Rename {
        /// The cause
        name: String,
        /// Its new name
        to: String,
        #[command(flatten)]
        of: Of,
    },
    /// Remove a cause from the list; cases keep its name
    Remove {
        /// The cause
        name: String,
        #[command(flatten)]
        of: Of,
    },
    /// List the causes of a site
    List {
        #[command(flatten)]
        of: Of,
    },
}

#[derive(Debug, Args)]
pub struct Of {
    /// The site
    #[arg(long, value_name = "SITE", default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    at: At,
}

impl Command {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (Self::Add { of, .. } | Self::Rename { of, .. } | Self::Remove { of, .. } | Self::List { of }) =
            &self;
        let store = of.at.open().await?;
        let site = known_site(&*store, &of.site).await?;
        let missing =
            |name: &str| anyhow::anyhow!("there is no cause {name:?}; `aanrader cause list` lists them");
        match self {
            Self::Add { name, .. } => store.add_cause(site.clone(), fits(&name)?, now()).await?,
            Self::Rename { name, to, .. } => {
                let is_done = store.rename_cause(site.clone(), name.clone(), fits(&to)?, now()).await?;
                anyhow::ensure!(is_done, missing(&name));
            }
            Self::Remove { name, .. } => {
                anyhow::ensure!(store.remove_cause(site.clone(), name.clone()).await?, missing(&name));
            }
            Self::List { .. } => {}
        }
        for cause in store.causes(site).await? {
            println!("{cause}");
        }
        Ok(store.close().await?)
    }
}

fn fits(name: &str) -> anyhow::Result<String> {
    let name = name.replace(char::is_control, " ").trim().to_owned();
    let chars = name.chars().count();
    anyhow::ensure!(
        (1..=CAUSE_CHARS).contains(&chars),
        "a cause has 1 to {CAUSE_CHARS} characters, not {chars}"
    );
    Ok(name)
}

#[derive(Debug, Args)]
pub struct Plan {
    /// The site
    site: String,
    /// The score, from 0 to 6
    score: u8,
    /// Its steps, in order; none for the usual plan
    steps: Vec<String>,
    #[command(flatten)]
    at: At,
}

impl Plan {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let has_plan = |score: &Score| score.get() <= 6;
        anyhow::ensure!(
            Score::new(self.score).as_ref().is_some_and(has_plan),
            "{} has no plan; there are plans for 0 to 6",
            self.score
        );
        let steps = Steps::parse(&self.steps.join("\n")).map_err(anyhow::Error::msg)?;
        let store = self.at.open().await?;
        let id = known_site(&*store, &self.site).await?;
        let known = store.sites().await?.into_iter().find(|site| site.id == id);
        let mut site = known.unwrap_or_else(|| Site { id, ..Site::default() });
        match steps {
            Some(steps) => {
                steps.lines().iter().for_each(|step| println!("{step}"));
                site.cases.plans.insert(self.score, steps);
            }
            None => {
                println!("{} has the usual plan", self.score);
                site.cases.plans.remove(&self.score);
            }
        }
        store.put_site(site).await?;
        Ok(store.close().await?)
    }
}
