//! The answers to show: their days, time zone and survey.

use js_sys::{Intl, Reflect};

/// From one day to another, both included, in the owner's time zone; an open end has no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    from: String,
    to: String,
    zone: String,
    survey: String,
    verified: bool,
}

impl Selection {
    /// All days in this time zone, of the survey that the page's address names (`?survey=shop`) or of all.
    pub(crate) fn all_time(zone: String, search: &str) -> Self {
        let search = search.trim_start_matches('?').as_bytes();
        let survey = form_urlencoded::parse(search).find(|(name, _)| name == "survey");
        let survey = survey.map(|(_, survey)| survey.into_owned()).unwrap_or_default();
        Self { zone, survey, ..Self::default() }
    }

    /// The same from one day to another, in the form `2026-01-31`, or empty; `None` if it ends before it
    /// starts.
    pub(crate) fn between(&self, from: String, to: String) -> Option<Self> {
        // Dates in this form sort as text.
        let turned = !from.is_empty() && !to.is_empty() && from > to;
        (!turned).then(|| Self { from, to, ..self.clone() })
    }

    /// The same, with or without unverified answers in the number.
    pub(crate) fn verified(self, verified: bool) -> Self {
        Self { verified, ..self }
    }

    /// Whether unverified answers count, as a parameter of an address.
    pub(crate) fn counted(&self) -> (&'static str, Option<&'static str>) {
        ("unverified", self.verified.then_some("exclude"))
    }

    /// The name of the time zone, such as `Europe/Amsterdam`.
    pub(crate) fn zone(&self) -> &str {
        &self.zone
    }

    /// The query for the collector, as parameters of an address.
    pub(crate) fn parameters(&self) -> [(&'static str, Option<&str>); 4] {
        let given = |text: &str| !text.is_empty();
        let dated = given(&self.from) || given(&self.to);
        [
            ("survey", Some(self.survey.as_str()).filter(|text| given(text))),
            ("from", Some(self.from.as_str()).filter(|text| given(text))),
            ("to", Some(self.to.as_str()).filter(|text| given(text))),
            ("tz", Some(self.zone.as_str()).filter(|_| dated)),
        ]
    }
}

/// The time zone of the owner's browser, such as `Europe/Amsterdam`; UTC if the browser names none.
pub(crate) fn zone_of_browser() -> String {
    let options = Intl::DateTimeFormat::default().resolved_options();
    let zone = Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
    zone.filter(|zone| !zone.is_empty()).unwrap_or_else(|| "UTC".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amsterdam(search: &str) -> Selection {
        Selection::all_time("Europe/Amsterdam".into(), search)
    }

    #[test]
    fn an_end_that_is_left_open_is_none() {
        let selection = amsterdam("").between("2026-11-01".into(), String::new()).expect("a period");
        let zone = Some("Europe/Amsterdam");
        let expected = [("survey", None), ("from", Some("2026-11-01")), ("to", None), ("tz", zone)];
        assert_eq!(selection.parameters(), expected);
    }

    #[test]
    fn what_is_left_out_of_the_number_stays_so_in_another_period() {
        assert_eq!(amsterdam("").counted(), ("unverified", None));
        let selection = amsterdam("").verified(true).between("2026-11-01".into(), String::new());
        assert_eq!(selection.expect("a period").counted(), ("unverified", Some("exclude")));
    }

    #[test]
    fn all_time_needs_no_time_zone() {
        assert!(amsterdam("").parameters().iter().all(|(_, value)| value.is_none()));
    }

    #[test]
    fn the_survey_is_the_one_of_the_pages_address() {
        assert_eq!(amsterdam("?x=1&survey=shop").parameters()[0], ("survey", Some("shop")));
        assert_eq!(amsterdam("?surveys=shop").parameters()[0], ("survey", None));
    }

    #[test]
    fn a_period_does_not_end_before_it_starts() {
        assert_eq!(amsterdam("").between("2026-11-02".into(), "2026-11-01".into()), None);
        assert!(amsterdam("").between("2026-11-01".into(), "2026-11-01".into()).is_some());
    }
}
