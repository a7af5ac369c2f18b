//! What the page of the trend is asked for. Invalid parameters are ignored.

use crate::http::cases::form::Form;
use crate::http::cases::here::Here;
use crate::http::trend::buckets::By;
use crate::store::{Grouping, Series, SiteId};

/// The parameters of an address.
pub(super) struct Asked {
    pub(super) here: Here,
    pub(super) site: SiteId,
    /// Whether addresses name the site, for a person who sees several.
    pub(super) names_site: bool,
    pub(super) survey: Option<String>,
    pub(super) touchpoint: Option<String>,
    pub(super) by: By,
    pub(super) group: Grouping,
}

impl Asked {
    pub(super) fn of(here: Here, query: &Form, site: SiteId) -> Self {
        let group = query.get("group").filter(|group| *group != "touchpoint");
        Self {
            here,
            names_site: query.get("site").is_some(),
            site,
            survey: query.get("survey").map(str::to_owned),
            touchpoint: query.get("touchpoint").map(str::to_owned),
            by: query.get("by").and_then(By::parse).unwrap_or_default(),
            group: group.map_or(Grouping::Touchpoint, |group| Grouping::Property(group.to_owned())),
        }
    }

    /// The series that the page shows.
    pub(super) fn series(&self) -> Series {
        Series { site: self.site.clone(), survey: self.survey.clone(), touchpoint: self.touchpoint.clone() }
    }

    /// The name of the grouping, as in addresses.
    pub(super) fn group_name(&self) -> &str {
        match &self.group {
            Grouping::Touchpoint => "touchpoint",
            Grouping::Property(property) => property,
        }
    }

    /// The address of this page.
    pub(super) fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.names_site {
            query.append_pair("site", self.site.as_str());
        }
        for (name, value) in [
            ("survey", self.survey.as_deref()),
            ("touchpoint", self.touchpoint.as_deref()),
            ("by", Some(self.by.name()).filter(|_| self.by != By::default())),
            ("group", Some(self.group_name()).filter(|_| self.group != Grouping::Touchpoint)),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let (path, query) = (self.here.at("/trend"), query.finish());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}
