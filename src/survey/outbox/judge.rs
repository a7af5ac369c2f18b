//! Decides whether a reply comes from the collector, and what it means.
//!
//! Between the customer and the collector there may be a service worker with an offline page, a captive
//! portal, a maintenance page or a firewall. Each replies in the collector's place, with any status. So a
//! reply counts only if it proves its origin: a receipt names the answer's id and a revision at least as
//! high, and a refusal has the form of the collector's errors. After every other reply the widget tries
//! again.

use alloc::string::String;

use super::{Outcome, Revision};
use crate::Raw;

/// The code of the collector's error for a page that may not send answers.
pub const FOREIGN_ORIGIN: &str = "foreign_origin";
/// The code of the collector's error for a body that ended early.
pub const INTERRUPTED: &str = "interrupted";

/// The body of a reply, as far as it is valid JSON.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The answer and its revision, in `{"id": …, "rev": …}`.
    pub receipt: Option<(String, f64)>,
    /// Code and message of the first problem in `{"problems": [{"field": …, "code": …, "message": …}]}`.
    pub problem: Option<(String, String)>,
}

impl From<&Raw> for Said {
    fn from(body: &Raw) -> Self {
        let text = |value: &Raw, key| match value.get(key) {
            Some(Raw::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let rev = match body.get("rev") {
            Some(Raw::Number(rev)) => Some(*rev),
            _ => None,
        };
        let problem = match body.get("problems") {
            Some(Raw::List(problems)) => problems.first().filter(|it| text(it, "field").is_some()),
            _ => None,
        };
        Self {
            receipt: text(body, "id").zip(rev),
            problem: problem.and_then(|it| text(it, "code").zip(text(it, "message"))),
        }
    }
}

/// The outcome for that revision, from the reply's status, its body and its `Retry-After` in seconds (0 if it
/// has none).
pub fn judge(sent: &impl Revision, status: u16, said: Said, retry_after_seconds: u32) -> Outcome {
    match (status, said.receipt, said.problem) {
        (200..=299, Some(receipt), _) if is_of(sent, &receipt) => Outcome::Stored,
        (403, _, Some((code, _))) if code == FOREIGN_ORIGIN => Outcome::PageRefused,
        (400 | 413 | 422, _, Some((code, message))) if code != INTERRUPTED => Outcome::Refused(message),
        _ => Outcome::Later(retry_after_seconds),
    }
}

/// Whether it is the receipt of this answer and this revision or a newer one.
fn is_of(sent: &impl Revision, (id, rev): &(String, f64)) -> bool {
    id.eq_ignore_ascii_case(sent.id()) && *rev >= f64::from(sent.rev())
}

#[cfg(test)]
mod tests {
    use super::super::tests::Rev;
    use super::*;

    const ID: &str = "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b";
    const REFUSAL: &str = r#"{"problems":[{"field":"score","code":"out_of_range","message":"score is 11"}]}"#;

    /// The verdict on a reply to revision 2.
    fn verdict(status: u16, body: &str) -> Outcome {
        judge(&Rev::new(ID, 2), status, read(body), 7)
    }

    fn read(body: &str) -> Said {
        Said::from(&serde_json::from_str::<Raw>(body).unwrap_or_default())
    }

    fn receipt(id: &str, rev: &str) -> String {
        alloc::format!(r#"{{"id":"{id}","rev":{rev}}}"#)
    }

    #[test]
    fn a_receipt_for_this_answer_and_revision_or_a_newer_one_means_stored() {
        for (status, rev) in [(201, "2"), (200, "2"), (200, "3"), (200, "1000000")] {
            assert_eq!(verdict(status, &receipt(ID, rev)), Outcome::Stored, "{status} {rev}");
        }
        assert_eq!(verdict(201, &receipt(&ID.to_uppercase(), "2")), Outcome::Stored);
        let with_more = receipt(ID, "2").replace('}', r#","more":[1,{}]}"#);
        assert_eq!(verdict(201, &with_more), Outcome::Stored);
    }

    #[test]
    fn a_2xx_without_this_receipt_is_somebody_else_s_and_tried_again() {
        let other = ID.replace('3', "4");
        let bodies = [
            "",
            "<!doctype html><title>Offline</title>",
            "{}",
            "[]",
            "null",
            "7",
            "\"ok\"",
            r#"{"ok":true}"#,
            r#"{"status":"saved","data":{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b","rev":2}}"#,
            &receipt(ID, "1"),
            &receipt(ID, "0"),
            &receipt(ID, "-2"),
            &receipt(ID, "\"2\""),
            &receipt(ID, "null"),
            &receipt(&other, "2"),
            &receipt("", "2"),
            &alloc::format!("[{}]", receipt(ID, "2")),
        ];
        for body in bodies {
            for status in [200, 201, 202, 204, 206] {
                assert_eq!(verdict(status, body), Outcome::Later(7), "{status} {body}");
            }
        }
    }

    #[test]
    fn a_receipt_under_an_error_s_status_is_no_receipt() {
        for status in [0, 101, 302, 304, 400, 403, 404, 413, 422, 500, 503] {
            assert_eq!(verdict(status, &receipt(ID, "2")), Outcome::Later(7), "{status}");
        }
    }

    #[test]
    fn the_collector_s_own_refusal_is_final_and_has_its_reason() {
        for status in [400, 413, 422] {
            assert_eq!(verdict(status, REFUSAL), Outcome::Refused("score is 11".into()), "{status}");
        }
    }

    #[test]
    fn a_refusal_by_somebody_else_is_tried_again() {
        for status in [400, 413, 422] {
            for body in [
                "",
                "<html>413 Request Entity Too Large</html>",
                "{}",
                r#"{"problems":[]}"#,
                r#"{"problems":["no"]}"#,
                r#"{"problems":[{"code":"x"}]}"#,
                r#"{"error":"no"}"#,
            ] {
                assert_eq!(verdict(status, body), Outcome::Later(7), "{status} {body}");
            }
        }
    }

    #[test]
    fn a_body_that_broke_off_is_sent_again() {
        let body = REFUSAL.replace("out_of_range", INTERRUPTED);
        assert_eq!(verdict(400, &body), Outcome::Later(7));
    }

    #[test]
    fn only_the_collector_s_own_403_bars_the_page() {
        assert_eq!(verdict(403, &REFUSAL.replace("out_of_range", FOREIGN_ORIGIN)), Outcome::PageRefused);
        for body in ["", "<html>Blocked by our firewall</html>", REFUSAL, r#"{"code":"foreign_origin"}"#] {
            assert_eq!(verdict(403, body), Outcome::Later(7), "{body}");
        }
    }

    #[test]
    fn every_other_status_is_tried_again_whatever_it_says() {
        for status in [0, 301, 401, 404, 405, 407, 408, 409, 410, 415, 429, 451, 500, 502, 503, 504, 511, 599]
        {
            for body in ["", REFUSAL, "<html>"] {
                assert_eq!(verdict(status, body), Outcome::Later(7), "{status} {body}");
            }
        }
    }
}
