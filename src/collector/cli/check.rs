//! `aanrader check`.

use clap::Args;

use super::At;

/// How many differences are listed.
const LISTED: usize = 20;

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    at: At,
}

impl Check {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let found = store.check().await?;
        for wrong in found.iter().take(LISTED) {
            let [site, survey, touchpoint] = &wrong.of;
            let day = super::instant(wrong.day.saturating_mul(crate::store::DAY));
            println!(
                "{site} {survey} {touchpoint}, {}, score {}: the tally says {}, there are {}",
                day.get(..10).unwrap_or(&day),
                wrong.score,
                said(wrong.kept),
                said(wrong.counted)
            );
        }
        store.close().await?;
        anyhow::ensure!(found.is_empty(), "{} tallies differ from the answers", found.len());
        println!("every tally is what its answers make");
        Ok(())
    }
}

fn said([n, unverified]: [i64; 2]) -> String {
    if unverified == 0 { n.to_string() } else { format!("{n}, {unverified} of them unverified") }
}
