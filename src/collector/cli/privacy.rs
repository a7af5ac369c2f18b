//! `aanrader erase` and `aanrader retention`.

use clap::Args;

use super::{At, known_site};
use crate::retention;
use crate::store::{SiteId, Whose, now};

#[derive(Debug, Args)]
pub struct Erase {
    /// The customer, by the id that the shop sends
    #[arg(long, value_name = "ID")]
    customer: String,
    /// The customer's site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    at: At,
}

impl Erase {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        let customer = self.at.customer(&site, &self.customer)?;
        let erased = store.anonymize(Whose::Customer { site, customer }).await?;
        println!("erased from {erased} answers");
        Ok(store.close().await?)
    }
}

#[derive(Debug, Args)]
pub struct Retention {
    #[command(flatten)]
    at: At,
}

impl Retention {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        for (site, changed) in retention::apply(&*store, now()).await? {
            println!("{site}: {changed} answers became anonymous");
        }
        Ok(store.close().await?)
    }
}
