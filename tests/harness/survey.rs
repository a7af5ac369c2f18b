//! A customer's actions and observations on one `<aanrader-survey>`.

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::wait::until;

/// One survey on a page; every call looks up its elements again.
#[derive(Clone, Debug)]
pub struct Survey<'a> {
    browser: &'a Browser,
    selector: String,
}

/// A place on the screen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// From the window's left.
    pub x: f64,
    /// From the window's top.
    pub y: f64,
    /// Across.
    pub width: f64,
    /// Down.
    pub height: f64,
}

impl Browser {
    /// The page's first survey.
    pub fn survey(&self) -> Survey<'_> {
        self.survey_at("aanrader-survey")
    }

    /// The survey that matches a CSS selector.
    pub fn survey_at(&self, css: &str) -> Survey<'_> {
        Survey::new(self, css)
    }
}

impl<'a> Survey<'a> {
    fn new(browser: &'a Browser, selector: &str) -> Self {
        Self { browser, selector: selector.to_owned() }
    }

    /// The first matching element of the survey's shadow root, once there is one.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn find(&self, css: &str) -> Element {
        let host = self.browser.find(&self.selector).await;
        until(&format!("{css} in {}", self.selector), async || {
            let root = host.shadow_root().await?;
            root.find(Locator::Css(css)).await
        })
        .await
    }

    /// Clicks an element, once it is clickable.
    ///
    /// # Panics
    /// When it isn't clickable in time.
    pub async fn click(&self, css: &str) {
        until(&format!("a click on {css}"), async || self.find(css).await.click().await).await;
    }

    /// Chooses a score with the pointer, by clicking its cell.
    ///
    /// # Panics
    /// When there is no such cell in time.
    pub async fn choose(&self, score: u8) {
        self.click(&format!("[part~=cell]:has(input[name=score][value='{score}'])")).await;
    }

    /// Clicks Send.
    ///
    /// # Panics
    /// When there is no such button in time.
    pub async fn send(&self) {
        self.click("[part~=send]").await;
    }

    /// Types into the first matching element.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn type_into(&self, css: &str, text: &str) {
        self.find(css)
            .await
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("typing into {css}: {error}"));
    }

    /// Evaluates a JavaScript expression in which `root` is the shadow root (or null), `host` the
    /// element and `args` the arguments.
    ///
    /// # Panics
    /// When it throws.
    pub async fn eval(&self, expression: &str, args: Value) -> Value {
        let script = format!(
            "const host = document.querySelector(arguments[0]), root = host?.shadowRoot ?? null, \
             args = arguments[1]; return {expression};"
        );
        self.browser.execute(&script, vec![json!(self.selector), args]).await
    }

    /// Waits until a JavaScript expression, as for `eval`, is true.
    ///
    /// # Panics
    /// When it stays false until the time limit.
    pub async fn wait(&self, what: &str, expression: &str, args: Value) {
        until(what, async || match self.eval(expression, args.clone()).await {
            Value::Bool(true) => Ok(()),
            other => Err(format!("{expression} is {other}")),
        })
        .await;
    }

    /// The rendered text of all matching elements, a line each; empty if there are none.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn text(&self, css: &str) -> String {
        let texts = "[...(root?.querySelectorAll(args) ?? [])].map((e) => e.innerText).join('\\n')";
        self.eval(texts, json!(css)).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the text of the matching elements contains these words.
    ///
    /// # Panics
    /// When it doesn't in time; the message has its text.
    pub async fn wait_for_text(&self, css: &str, words: &str) {
        until(&format!("{words:?} in {css}"), async || {
            let text = self.text(css).await;
            if text.contains(words) { Ok(()) } else { Err(format!("it says {text:?}")) }
        })
        .await;
    }

    /// Whether a matching element exists and is rendered.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn shows(&self, css: &str) -> bool {
        let visible = "!!root?.querySelector(args)?.checkVisibility({ visibilityProperty: true })";
        self.eval(visible, json!(css)).await == json!(true)
    }

    /// Waits until a matching element is rendered, or none is.
    ///
    /// # Panics
    /// When the time limit passes before.
    pub async fn wait_shown(&self, css: &str, shown: bool) {
        let visible =
            "!!root?.querySelector(args[0])?.checkVisibility({ visibilityProperty: true }) === args[1]";
        let what = if shown { "to be shown" } else { "to be gone" };
        self.wait(&format!("{css} {what}"), visible, json!([css, shown])).await;
    }

    /// The focused element inside the survey: its tag, `name`, `value` of a radio, and `part`, such as `input
    /// score 9` or `button send`; empty if the focus is elsewhere.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn focused(&self) -> String {
        let describe = "((e) => e ? [e.localName, e.name, e.type == 'radio' ? e.value : '', \
                        e.getAttribute('part')].filter(Boolean).join(' ') : '')(root?.activeElement)";
        self.eval(describe, Value::Null).await.as_str().unwrap_or_default().to_owned()
    }

    /// The places of all matching elements on the screen.
    ///
    /// # Panics
    /// When the page is gone.
    pub async fn rects(&self, css: &str) -> Vec<Rect> {
        let rects = "[...(root?.querySelectorAll(args) ?? [])].map((e) => e.getBoundingClientRect())\
                     .map((r) => [r.x, r.y, r.width, r.height])";
        let rects = self.eval(rects, json!(css)).await;
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let rect = |r: &Value| Rect {
            x: number(&r[0]),
            y: number(&r[1]),
            width: number(&r[2]),
            height: number(&r[3]),
        };
        rects.as_array().map(|rects| rects.iter().map(rect).collect()).unwrap_or_default()
    }
}
