//! A page in a sandbox: without an origin, without storage, without forms.

use aanrader_tests::browser::{Browser, Key, Options, in_browser};
use aanrader_tests::collector::{self, Collector};
use aanrader_tests::engine::Engine;
use aanrader_tests::host::{Host, Reply};
use aanrader_tests::in_each_engine;
use aanrader_tests::wait::until;

use crate::shop::page;

in_each_engine!(a_page_in_a_sandbox_gets_its_answers_and_no_error);

/// Further permissions of the sandbox. Without `allow-forms` no form is submitted; without
/// `allow-same-origin` the page has no storage and its origin is `null`.
const ALLOWED: [&str; 4] = ["", "allow-forms", "allow-same-origin", "allow-forms allow-same-origin"];

/// How an answer is sent: by a press on Send, or by Enter in a field.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Press,
    Enter,
}

/// The console's lines, without Chromium's own about the sandbox.
async fn loud(browser: &Browser) -> Vec<String> {
    let lines = browser.console().await.into_iter();
    let is_ours = |line: &String| !line.starts_with("INFO") && !line.contains("escape its sandboxing");
    lines.filter(is_ours).collect()
}

fn a_page_in_a_sandbox_gets_its_answers_and_no_error(engine: Engine) {
    let host = Host::start();
    let options = collector::Options { origins: vec!["*".into()], ..collector::Options::default() };
    let collector = Collector::start(options);
    in_browser(&Options::of(engine), async |browser| {
        let mut sent = 0;
        for allowed in ALLOWED {
            for (tag, by) in [("mode=inline", By::Press), ("mode=popup", By::Enter)] {
                let tag = format!("<aanrader-survey {tag} save=send survey=s{sent}></aanrader-survey>");
                let policy = format!("sandbox allow-scripts {allowed}");
                host.set("/", Reply::html(page(collector.url(), &tag)).policy(policy));
                browser.goto(&host.url("/")).await;
                let survey = browser.survey();
                survey.choose(9).await;
                if by == By::Enter {
                    survey.click("[part~=check]").await;
                    survey.type_into("[part~=how]", "ann@post.example").await;
                    browser.press(Key::Enter).await;
                } else {
                    survey.send().await;
                }
                survey.wait_for_text("[part~=title]", "Thank you!").await;
                sent += 1;
                until(&format!("{sent} answers"), async || match collector.answers().await.len() {
                    all if all == sent => Ok(()),
                    other => Err(format!("{allowed:?}: {other}")),
                })
                .await;
                assert_eq!(loud(browser).await, [""; 0], "{allowed:?}");
            }
        }
    });
}
