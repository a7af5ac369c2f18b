//! The flags for where messages are sent.

use clap::Args;

use crate::notices::{Target, Webhook, check_url};

/// Where messages are sent.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct To {
    /// A program at this URL, by Standard Webhooks
    #[arg(long, value_name = "URL", value_parser = check_url)]
    webhook: Option<String>,
    /// The same, with answers and cases instead of their ids only
    #[arg(long, value_name = "URL", value_parser = check_url)]
    full_webhook: Option<String>,
    /// A Slack channel, by the URL of its incoming webhook
    #[arg(long, value_name = "URL", value_parser = check_url)]
    slack: Option<String>,
    /// A channel of Microsoft Teams, by the URL of its workflow
    #[arg(long, value_name = "URL", value_parser = check_url)]
    teams: Option<String>,
    /// A topic of ntfy, by its URL
    #[arg(long, value_name = "URL", value_parser = check_url)]
    ntfy: Option<String>,
    /// People of the site by name, with commas between; @owner is the case's owner, @agent whom the property agent names
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    mail: Option<Vec<String>>,
}

impl To {
    /// The given target. A webhook that only changes its URL keeps its secrets.
    pub(super) fn target(&self, known: Option<&Target>) -> Option<Target> {
        let webhook = |url: &String, full: bool| match known {
            Some(Target::Webhook(known)) => {
                Target::Webhook(Webhook { url: url.clone(), full, secrets: known.secrets.clone() })
            }
            _ => Target::Webhook(Webhook::new(url.clone(), full)),
        };
        let chats = [
            self.slack.clone().map(|url| Target::Slack { url }),
            self.teams.clone().map(|url| Target::Teams { url }),
            self.ntfy.clone().map(|url| Target::Ntfy { url }),
        ];
        let webhooks = self.webhook.as_ref().map(|url| webhook(url, false));
        let webhooks = webhooks.or_else(|| self.full_webhook.as_ref().map(|url| webhook(url, true)));
        let mail = self.mail.clone().map(|to| Target::Mail { to });
        webhooks.or_else(|| chats.into_iter().flatten().next()).or(mail).or_else(|| known.cloned())
    }
}
