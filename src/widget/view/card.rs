//! The frame of the question: the card, its close button, the status, and the additional parts of a pop-up.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::Wish;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleSheet, Element, Event, FocusEvent, HtmlElement, KeyboardEvent, ShadowRoot, ShadowRootInit,
    ShadowRootMode,
};

use super::maker::{Button, Maker};
use super::{Action, focus, set_text};
use crate::strings::{digits, join};
use crate::texts::{Texts, is_rtl};

/// The page can't see typing in the survey: these events end here.
const TYPED: &str = "keydown keyup keypress input beforeinput compositionstart compositionupdate compositionend copy cut paste";

/// The card.
pub(super) struct Card {
    root: ShadowRoot,
    pub(super) element: HtmlElement,
    /// The container of the question, and of the thanks at the end.
    pub(super) body: Element,
    /// The element that gets the focus at the end.
    main: OnceCell<Element>,
    foot: Element,
    status: Element,
    /// The announcements, which are read aloud but not shown.
    heard: Element,
    popup: Option<Popup>,
    /// Whether the focus was in the card when the end replaced the question.
    pub(super) had_focus: Cell<bool>,
}

/// The parts that only a pop-up has. It appears uninvited, so it offers to postpone and to opt out.
struct Popup {
    close: Button,
    later: Button,
    never: Button,
    wishes: Element,
    /// Closes the card after the thanks.
    done: OnceCell<Button>,
    /// The page's element that had the focus before the card.
    came_from: Rc<RefCell<Option<HtmlElement>>>,
    _listeners: Vec<Listener>,
}

impl Card {
    /// An empty card in the host's shadow root.
    pub(super) fn new(maker: &Maker<'_>, host: &HtmlElement, popup: bool) -> Result<Self, JsValue> {
        let root = match host.shadow_root() {
            Some(root) => root,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
        };
        adopt_styles(&root);
        let card = maker.part("div", "card");
        let body = maker.element("div");
        let status = maker.part("p", "status").attr("role", "status");
        let foot = maker.part("div", "actions").child(&status);
        let form = maker.element("form").attr("novalidate", "").child(&body).child(&foot);
        let heard = maker.element("p").attr("class", "heard").attr("role", "status");
        let element: HtmlElement = card.clone().unchecked_into();
        let popup = popup.then(|| Popup::new(maker, &root, &element));
        if let Some(popup) = &popup {
            card.child(&popup.close.element).child(&form).child(&popup.wishes).child(&heard);
        } else {
            card.child(&form).child(&heard);
        }
        root.append_child(&element)?;
        Ok(Self {
            root,
            element,
            body,
            main: OnceCell::new(),
            foot,
            status,
            heard,
            popup,
            had_focus: Cell::new(false),
        })
    }

    /// Shows a pop-up above the page. The browser removes it whenever the element leaves the page.
    pub(super) fn show(&self) {
        if self.popup.is_some() {
            // Without popover support, the card's fixed position still shows it.
            let _ = self.element.show_popover();
        }
    }

    /// Sets the words that are the same in every state.
    pub(super) fn words(&self, texts: &Texts, language: &str) {
        let card: Element = self.element.clone().into();
        card.attr("lang", language).attr("dir", if is_rtl(language) { "rtl" } else { "ltr" });
        if let Some(popup) = &self.popup {
            popup.words(&self.element, texts);
        }
    }

    /// Hides typing in the card from the page, except the keys that the page needs: Tab, so that it can
    /// follow the focus, and Esc, unless the pop-up has used it.
    pub(super) fn isolate(&self) -> Listener {
        Listener::new(&self.element, TYPED, |event| {
            let key = event.dyn_ref::<KeyboardEvent>().filter(|event| !event.is_composing());
            let is_the_pages = key.is_some_and(|event| matches!(&*event.key(), "Tab" | "Escape"));
            if !is_the_pages {
                event.stop_propagation();
            }
        })
    }

    /// Adds the part below the scale, and Send.
    pub(super) fn add(&self, part: &Element, send: &Element) {
        self.body.clone().child(part);
        self.foot.clone().child(send);
        if let Some(popup) = &self.popup {
            popup.wishes.set_hidden(true);
        }
    }

    /// Replaces the question by the end, and returns the element of its title.
    pub(super) fn end(&self, maker: &Maker<'_>) -> Element {
        let title = maker.part("p", "title");
        let main = maker.element("div").attr("class", "main").attr("tabindex", "-1").child(&title);
        self.had_focus.set(self.has_focus());
        self.body.set_text_content(None);
        self.body.clone().child(&main);
        let _ = self.main.set(main);
        if let Some(popup) = &self.popup {
            popup.wishes.set_hidden(true);
            let done = maker.button("done", Action::Dismiss(Wish::Nothing));
            self.offer(&done.element, &popup.close.element.get_attribute("aria-label").unwrap_or_default());
            let _ = popup.done.set(done);
        }
        title
    }

    /// Puts a button into the foot, with these words.
    pub(super) fn offer(&self, button: &Element, words: &str) {
        self.foot.clone().child(button);
        set_text(button, words);
    }

    /// Shows the delivery of the answer, and announces it politely.
    pub(super) fn say(&self, text: &str) {
        set_text(&self.status, text);
    }

    /// Politely announces a text that the card shows; an empty text removes the announcement.
    pub(super) fn hear(&self, text: &str) {
        set_text(&self.heard, text);
    }

    /// The element that gets the focus at the end.
    pub(super) fn main(&self) -> Option<Element> {
        self.main.get().cloned()
    }

    /// Whether the focus is in the card.
    pub(super) fn has_focus(&self) -> bool {
        self.root.active_element().is_some()
    }

    /// Takes the card off the screen, and gives the focus back if it was in the card.
    pub(super) fn close(&self) {
        let focused = self.has_focus();
        self.root.set_text_content(None);
        if let Some(popup) = &self.popup
            && focused
            && let Some(element) = popup.came_from.take()
        {
            focus(&element);
        }
    }
}

impl Popup {
    fn new(maker: &Maker<'_>, root: &ShadowRoot, card: &HtmlElement) -> Self {
        let dialog: Element = card.clone().into();
        dialog.attr("popover", "manual").attr("role", "dialog");
        let close = maker.button("close", Action::Dismiss(Wish::Nothing));
        close.element.set_text_content(Some("✕"));
        let later = maker.button("later", Action::Dismiss(Wish::Later));
        let never = maker.button("never", Action::Dismiss(Wish::Never));
        let wishes = maker.part("div", "wishes").child(&later.element).child(&never.element);
        let came_from = Rc::new(RefCell::new(None));
        let mut listeners = vec![on_escape(maker, card), on_focus(card, came_from.clone())];
        listeners.extend(on_viewport(root, card));
        Self { close, later, never, wishes, done: OnceCell::new(), came_from, _listeners: listeners }
    }

    fn words(&self, card: &HtmlElement, texts: &Texts) {
        let (dialog, close): (Element, _) = (card.clone().into(), texts.close());
        dialog.attr("aria-label", &texts.dialog());
        self.close.element.clone().attr("aria-label", &close);
        set_text(&self.later.element, &texts.later());
        set_text(&self.never.element, &texts.never());
        if let Some(done) = self.done.get() {
            set_text(&done.element, &close);
        }
    }
}

/// Adopts the style sheet: the page's policy could block a `<style>`. If the browser can't make one, the
/// question is plain but works.
fn adopt_styles(root: &ShadowRoot) {
    if root.adopted_style_sheets().length() == 0
        && let Ok(styles) = CssStyleSheet::new()
        && styles.replace_sync(include_str!(concat!(env!("OUT_DIR"), "/style.css"))).is_ok()
    {
        root.set_adopted_style_sheets(&Array::of(&[styles]));
    }
}

/// Esc inside the pop-up closes it and goes no further, unless the page has already used it.
fn on_escape(maker: &Maker<'_>, card: &HtmlElement) -> Listener {
    let sink = maker.sink.clone();
    Listener::new(card, "keydown", move |event| {
        let escape = event.dyn_ref::<KeyboardEvent>();
        let escape = escape.is_some_and(|event| event.key() == "Escape" && !event.is_composing());
        if escape && !event.default_prevented() {
            event.stop_propagation();
            event.prevent_default();
            sink(Action::Dismiss(Wish::Nothing));
        }
    })
}

/// Remembers the focused element before the card.
fn on_focus(card: &HtmlElement, came_from: Rc<RefCell<Option<HtmlElement>>>) -> Listener {
    let inside = card.clone();
    Listener::new(card, "focusin", move |event: Event| {
        // A synthetic event of the page may name any element.
        let from = Some(event).filter(Event::is_trusted);
        let from = from.and_then(|event| event.unchecked_ref::<FocusEvent>().related_target());
        if let Some(from) = from.map(JsCast::unchecked_into::<HtmlElement>)
            && !inside.contains(Some(&from))
        {
            came_from.replace(Some(from));
        }
    })
}

/// Keeps the pop-up clear of an on-screen keyboard, which covers the page without shrinking it: the card
/// receives the lower end of the visible part. After a pinch zoom, the visible part is smaller.
fn on_viewport(root: &ShadowRoot, card: &HtmlElement) -> Option<Listener> {
    let viewport = aanrader_dom::window()?.visual_viewport()?;
    let (seen, root, card) = (viewport.clone(), root.clone(), card.clone());
    Some(Listener::new(&viewport, "resize", move |_| {
        let pixels = seen.offset_top() + seen.height() * seen.scale();
        let pixels = join(&[&*digits(pixels as u64), "px"]);
        let _ = card.style().set_property("--seen", &pixels);
        if let Some(focused) = root.active_element() {
            focused.scroll_into_view_with_bool(false);
        }
    }))
}
