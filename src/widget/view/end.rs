//! The last screen: thank you, or why the answer was not accepted.

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::{Event, State};
use web_sys::Element;

use super::Maker;
use crate::texts::Texts;

/// The last screen. What became of the answer stands in the status below it.
pub(super) struct End {
    title: Element,
    _close: Option<Listener>,
}

impl End {
    pub(super) fn new(maker: &Maker<'_>) -> (Element, Self) {
        let title = maker.part("p", "title");
        let main = maker.element("div").attr("class", "main").attr("tabindex", "-1").child(&title);
        let close = maker.options.popup.then(|| {
            let button = maker.button("button", "done", "close");
            main.clone().child(&maker.part("div", "actions").child(&button));
            maker.on(&button, "click", || Event::Dismiss)
        });
        (main, Self { title, _close: close })
    }

    pub(super) fn update(&self, state: &State, texts: &Texts) {
        let key = if matches!(state, State::Refused { .. }) { "refused" } else { "thanks" };
        self.title.set_text_content(Some(&texts.get(key)));
    }
}
