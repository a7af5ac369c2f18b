//! Draws the flow's state into the element's shadow root, and says what the visitor does there.

mod template;
mod update;

use std::cell::{Cell, RefCell};

use aanrader_survey::{Category, Delivery, Event, Reply, Score, State, Target};
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

use crate::texts::{Texts, fill};
use crate::{js, options};
use template::Maker;
use update::update;

/// What is listened to in the card.
const EVENTS: [&str; 6] = ["click", "submit", "change", "pointerdown", "keydown", "focusin"];

/// The status is always there, so that a screen reader listens to it.
macro_rules! card {
    ($dialog:literal, $close:literal, $heard:literal) => {
        concat!("div .card", $dialog, $close, "\n div #body\n p .status role=status", $heard)
    };
}

const INLINE: &str = card!("", "", "");

const POPUP: &str = card!(
    " popover=manual role=dialog aria-label=@dialog",
    "\n button .close type=button aria-label=@close =✕",
    "\n p class=heard role=status"
);

macro_rules! cells {
    ($($score:literal)*) => {
        concat!($("
   label .cell
    input type=radio name=score value=", $score, "
    span =", $score),*)
    };
}

const QUESTION: &str = concat!(
    "form novalidate
 fieldset class=main tabindex=-1
  legend .question #question ?
  div .scale",
    cells!(0 1 2 3 4 5 6 7 8 9 10),
    "
  div .ends
   span .low #low @low
   span .high #high @high
  p .error #error hidden
 div .actions
  button .send type=submit @send"
);

const FOLLOW_UP: &str = "form novalidate
 fieldset class=main tabindex=-1
  legend .question #question ?
  textarea .comment rows=3 aria-labelledby=question aria-describedby=comment-error
  p .error #comment-error hidden
  label .check
   input type=checkbox name=contact
   span @contact
  div class=field hidden
   label for=how @how
   input .how #how type=text autocomplete=email aria-describedby=how-error
   p .error #how-error hidden
 div .actions
  button .back type=button @back
  button .send type=submit @send";

const END: &str = "div class=main tabindex=-1
 p .title";

const DONE: &str = "div .actions
 button .done type=button @close";

/// What the visitor does, as far as anybody has to know.
pub(crate) enum Doing {
    /// Touches the card or presses a key in it; on the scale, by pointer, or elsewhere.
    Touch { scale: bool },
    /// Chooses this score.
    Choose(u8),
    /// Chooses this score by a key that the browser leaves to us.
    Key(u8),
    /// Sends what was typed.
    Reply(Reply),
    /// What the flow knows by itself.
    Flow(Event),
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Screen {
    #[default]
    Nothing,
    Question,
    FollowUp,
    End,
}

impl Screen {
    fn of(state: State) -> Self {
        match state {
            State::Waiting | State::Closed => Self::Nothing,
            State::Question { .. } => Self::Question,
            State::FollowUp { .. } | State::Sent { delivery: Delivery::Underway, .. } => Self::FollowUp,
            State::Sent { .. } => Self::End,
        }
    }
}

/// The survey as it is on the screen.
#[derive(Default)]
pub(crate) struct View {
    screen: Cell<Screen>,
    /// Whether the focus was in the screen that this one has replaced.
    had_focus: Cell<bool>,
    /// Whether those who do not see a pop-up have heard of it.
    announced: Cell<bool>,
    /// Where the focus was before it came into the card.
    came_from: RefCell<Option<HtmlElement>>,
}

impl View {
    /// Brings the screen up to date with the state.
    pub(crate) fn draw(&self, host: &HtmlElement, state: State, texts: &Texts, call: &Function) {
        let screen = Screen::of(state);
        if screen == Screen::Nothing {
            return self.remove(host);
        }
        let Some(root) = root(host) else { return };
        let question = question(host, state, texts);
        let maker = Maker { document: js::document(), texts, question };
        if find(&root, ".card").is_none() {
            make_card(&maker, host, &root, call);
        }
        if let Some(card) = find(&root, ".card") {
            // An inline card is no popover. Where none are known, a pop-up stands fixed all the same.
            js::run(&card, "showPopover");
        }
        let Some(body) = find(&root, "#body") else { return };
        if self.screen.replace(screen) != screen {
            self.had_focus.set(js::is(&root, "activeElement"));
            js::set(&body, "textContent", &JsValue::NULL);
            match screen {
                Screen::Question => maker.add(&body, QUESTION),
                Screen::FollowUp => maker.add(&body, FOLLOW_UP),
                _ => {
                    maker.add(&body, END);
                    if let Some(main) = find(&root, ".main").filter(|_| options::popup(host)) {
                        maker.add(&main, DONE);
                    }
                }
            }
        }
        update(&root, state, texts);
    }

    /// Says that a pop-up is there, unless the visitor has found it; the next time, takes the words back,
    /// for they stand in the card anyway. True if it has said so.
    pub(crate) fn announce(&self, host: &HtmlElement, texts: &Texts) -> bool {
        let Some(root) = open_root(host) else { return false };
        let Some(heard) = find(&root, ".heard") else { return false };
        let say = !self.announced.replace(true) && !js::is(&root, "activeElement");
        let question = find(&root, "legend").filter(|_| say);
        let text = question.map_or(JsValue::NULL, |question| {
            let words = js::concat(&[&texts.string("dialog"), ": ", &js::text(&question, "textContent")]);
            JsValue::from_str(&words)
        });
        js::set(&heard, "textContent", &text);
        say
    }

    /// Moves the focus, but never takes it from the page. What was pressed in here moves it at once, also
    /// where a button that is pressed does not get the focus; an answer arrives whenever it does, and
    /// moves it only if it is in here still.
    pub(crate) fn focus(&self, host: &HtmlElement, target: Target) {
        let Some(root) = open_root(host) else { return };
        let late = self.screen.get() == Screen::End;
        if !late || self.had_focus.get() || js::is(&root, "activeElement") {
            focus(find(
                &root,
                match target {
                    Target::Scale => "input",
                    Target::Problem => "[aria-invalid=true]",
                    Target::Card => ".main",
                },
            ));
        }
    }

    /// Takes the card off the screen, and gives the focus back if it was in there.
    pub(crate) fn remove(&self, host: &HtmlElement) {
        self.screen.set(Screen::Nothing);
        let Some(root) = open_root(host) else { return };
        let focused = js::is(&root, "activeElement");
        if let Some(card) = find(&root, ".card") {
            js::run(&card, "remove");
        }
        let came_from = self.came_from.take();
        if focused {
            focus(came_from);
        }
    }

    /// Keeps the pop-up clear of an on-screen keyboard, which covers the page rather than making it
    /// smaller: the card is told how far down one can see. Whoever has zoomed in by fingers sees a part
    /// of that.
    pub(crate) fn resize(&self, host: &HtmlElement) {
        let Some(root) = open_root(host) else { return };
        let viewport = js::viewport();
        let number = |key| js::get(&viewport, key).as_f64().unwrap_or(0.0);
        let seen = number("offsetTop") + number("height") * number("scale");
        if let Some(card) = find(&root, "[popover]") {
            let seen = js::concat(&[&js::digits(seen as u64), "px"]);
            js::call_with(&js::get(&card, "style"), "setProperty", &"--seen".into(), &seen.into());
            js::call_with(
                &js::get(&root, "activeElement"),
                "scrollIntoView",
                &JsValue::FALSE,
                &JsValue::FALSE,
            );
        }
    }

    /// Holds nothing of the page any more.
    pub(crate) fn let_go(&self) {
        self.came_from.take();
    }

    /// What an event in the card means.
    pub(crate) fn doing(
        &self,
        host: &HtmlElement,
        kind: &str,
        event: &JsValue,
        texts: &Texts,
    ) -> Option<Doing> {
        let root = open_root(host)?;
        let target: HtmlElement = js::get(event, "target").unchecked_into();
        match kind {
            // The radio button covers the whole cell.
            "pointerdown" => Some(Doing::Touch { scale: js::text(&target, "type") == "radio" }),
            "keydown" => Some(on_key(event, &target, &root, texts.direction() == "rtl")),
            "click" => match &*js::call(&target, "getAttribute", "part").as_string()? {
                "back" => Some(Doing::Flow(Event::Back)),
                "close" | "done" => Some(Doing::Flow(Event::Dismiss)),
                _ => None,
            },
            "change" => on_change(&root, &target),
            "submit" => {
                prevent_default(event);
                Some(match find(&root, "textarea") {
                    None => Doing::Flow(Event::Send),
                    Some(comment) => Doing::Reply(reply(&root, &comment)),
                })
            }
            _ => {
                let from: HtmlElement = js::get(event, "relatedTarget").unchecked_into();
                if !from.is_falsy() && js::call_with(&root, "contains", &from, &JsValue::UNDEFINED).is_falsy()
                {
                    self.came_from.replace(Some(from));
                }
                None
            }
        }
    }
}

/// Esc closes the pop-up from inside, and is then nobody else's; unless the page has taken it before.
/// The arrows choose what is beside, Home and End the ends.
fn on_key(event: &JsValue, target: &HtmlElement, root: &ShadowRoot, rtl: bool) -> Doing {
    let key = js::text(event, "key");
    if key == "Escape"
        && !js::is(event, "isComposing")
        && !js::is(event, "defaultPrevented")
        && find(root, "[popover]").is_some()
    {
        js::run(event, "stopPropagation");
        prevent_default(event);
        return Doing::Flow(Event::Dismiss);
    }
    match beside(event, &key, target, rtl) {
        Some(score) => {
            prevent_default(event);
            let radios = js::get(&js::get(target, "form"), "score");
            focus(Some(js::get(&radios, &js::digits(score.into())).unchecked_into()));
            Doing::Key(score)
        }
        None => Doing::Touch { scale: false },
    }
}

/// The score that a key leads to on the scale. Native radios do most of it, but not all in every engine:
/// Home and End they leave to the page, which would scroll; WebKit does not mirror the arrows, and hides
/// the focus of whoever uses them. With another key held they stay the page's.
fn beside(event: &JsValue, key: &str, target: &HtmlElement, rtl: bool) -> Option<u8> {
    if js::text(target, "type") != "radio"
        || ["ctrlKey", "altKey", "metaKey"].iter().any(|key| js::is(event, key))
    {
        return None;
    }
    let at = js::number(&js::text(target, "value"))? as u8;
    let ahead = match key {
        "Home" => return Some(0),
        "End" => return Some(Score::MAX),
        "ArrowDown" => true,
        "ArrowUp" => false,
        "ArrowRight" => !rtl,
        "ArrowLeft" => rtl,
        _ => return None,
    };
    let steps = if ahead { 1 } else { Score::MAX };
    Some((at + steps) % (Score::MAX + 1))
}

fn on_change(root: &ShadowRoot, target: &HtmlElement) -> Option<Doing> {
    match &*js::text(target, "type") {
        "radio" => Some(Doing::Choose(js::number(&js::text(target, "value"))? as u8)),
        // How is asked only once the visitor has given leave.
        "checkbox" => {
            let field = find(root, ".field")?;
            js::set(&field, "hidden", &(!js::is(target, "checked")).into());
            None
        }
        _ => None,
    }
}

fn reply(root: &ShadowRoot, comment: &HtmlElement) -> Reply {
    let how = find(root, ".how").map_or_else(String::new, |how| js::text(&how, "value"));
    let allowed = find(root, "[type=checkbox]").is_some_and(|leave| js::is(&leave, "checked"));
    Reply::new(&js::text(comment, "value"), allowed, &how)
}

fn open_root(host: &HtmlElement) -> Option<ShadowRoot> {
    js::some(js::get(host, "shadowRoot"))
}

fn prevent_default(event: &JsValue) {
    js::run(event, "preventDefault");
}

fn root(host: &HtmlElement) -> Option<ShadowRoot> {
    open_root(host).or_else(|| {
        let open = js::object(&[("mode", &JsValue::from_str("open"))]);
        let root: ShadowRoot = js::some(js::call_with(host, "attachShadow", &open, &JsValue::UNDEFINED))?;
        // A `<style>` would need the page's leave. Where sheets can't be made, the question is plain
        // but it works.
        if let Ok(sheet) = CssStyleSheet::new() {
            js::call(&sheet, "replaceSync", include_str!(concat!(env!("OUT_DIR"), "/style.css")));
            js::set(&root, "adoptedStyleSheets", &Array::of1(&sheet));
        }
        Some(root)
    })
}

fn find(root: &ShadowRoot, selector: &str) -> Option<HtmlElement> {
    js::some(js::call(root, "querySelector", selector))
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // Every element that can have had the focus, or is given it here, has this method.
        js::run(&element, "focus");
    }
}

/// An empty card, which is the same whatever is asked in it.
fn make_card(maker: &Maker<'_>, host: &HtmlElement, root: &ShadowRoot, call: &Function) {
    maker.add(root, if options::popup(host) { POPUP } else { INLINE });
    if let Some(card) = find(root, ".card") {
        js::attribute(&card, "lang", &maker.texts.language);
        js::attribute(&card, "dir", maker.texts.direction());
        for kind in EVENTS {
            js::listen(&card, kind, call);
        }
    }
}

/// The shop's own question for what is asked now, or ours, with the brand in it.
fn question(host: &HtmlElement, state: State, texts: &Texts) -> JsValue {
    let template = match state {
        State::FollowUp { score, .. } | State::Sent { score, .. } => {
            let category = score.category();
            match options::follow_up(host, category) {
                Some(own) => JsValue::from_str(&own),
                None => texts.get(match category {
                    Category::Detractor => "follow_up_detractor",
                    Category::Passive => "follow_up_passive",
                    Category::Promoter => "follow_up_promoter",
                }),
            }
        }
        _ => texts.question(host),
    };
    let brand = options::text(host, "brand").unwrap_or_default();
    fill(&template, "{brand}", &JsValue::from_str(&brand))
}
