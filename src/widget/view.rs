//! Draws the flow's state into the element's shadow root, and says what the visitor does there.

mod template;
mod update;

use std::cell::Cell;

use aanrader_survey::{Category, Delivery, Event, Reply, Score, Screen, State, Target, Wish};
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

use crate::js::{self, Value};
use crate::options;
use crate::texts::{Texts, fill};
use template::Maker;
use update::update;

/// What is listened to in the card.
const EVENTS: [&str; 6] = ["click", "submit", "change", "pointerdown", "keydown", "focusin"];

/// The status is always there, so that a screen reader listens to it.
macro_rules! card {
    ($dialog:expr, $close:expr, $heard:expr) => {
        concat!("div .card", $dialog, $close, "\n div #body\n p .status role=status", $heard)
    };
}

const INLINE: &str = card!("", "", "");

const POPUP: &str = card!(
    concat!(" popover=manual role=dialog aria-label=@", key!(dialog)),
    concat!("\n button .close type=button aria-label=@", key!(close), " =✕"),
    "\n p class=heard role=status"
);

/// The scale begins with its first cell; the others are copies of that.
const QUESTION: &str = concat!(
    "form novalidate
 fieldset class=main tabindex=-1
  legend .question #question ?
  div .scale
   label .cell
    input type=radio name=score value=0
    span =0
  div .ends
   span .low #low @",
    key!(low),
    "
   span .high #high @",
    key!(high),
    "
  p .error #error hidden
 div .actions
  button .send type=submit @",
    key!(send)
);

/// Only a pop-up comes by itself, so only there is anybody to be told when not to.
const WISHES: &str = concat!(
    "div .wishes
 button .later type=button @",
    key!(later),
    "
 button .never type=button @",
    key!(never)
);

const FOLLOW_UP: &str = concat!(
    "form novalidate
 fieldset class=main tabindex=-1
  legend .question #question ?
  textarea .comment rows=3 aria-labelledby=question aria-describedby=comment-error
  p .error #comment-error hidden
  label .check
   input type=checkbox name=contact
   span @",
    key!(contact),
    "
  div class=field hidden
   label for=how @",
    key!(how),
    "
   input .how #how type=text autocomplete=email aria-describedby=how-error
   p .error #how-error hidden
 div .actions
  button .back type=button @",
    key!(back),
    "
  button .send type=submit @",
    key!(send)
);

const END: &str = "div class=main tabindex=-1
 p .title";

const DONE: &str = concat!(
    "div .actions
 button .done type=button @",
    key!(close)
);

/// What the visitor does, as far as anybody has to know.
#[derive(Clone, Copy)]
pub(crate) enum Doing {
    /// Touches the card or presses a key in it; on the scale, by pointer, or elsewhere.
    Touch { scale: bool },
    /// Chooses this score.
    Choose(u8),
    /// Chooses this score by a key that the browser leaves to us.
    Key(u8),
    /// Sends what was typed, which [`View::reply`] reads.
    Reply,
    /// What the flow knows by itself.
    Flow(Event),
}

/// What is on the screen: the follow-up question stays while the answer is underway, and before and
/// after the survey there is nothing.
fn shown(state: State) -> Screen {
    match state.screen() {
        Screen::Waiting => Screen::Closed,
        Screen::Sent if state.delivery() == Delivery::Underway => Screen::FollowUp,
        screen => screen,
    }
}

/// The survey as it is on the screen.
#[derive(Default)]
pub(crate) struct View {
    screen: Cell<Option<Screen>>,
    /// Whether the focus was in the screen that this one has replaced.
    had_focus: Cell<bool>,
    /// Whether those who do not see a pop-up have heard of it.
    announced: Cell<bool>,
    /// Where the focus was before it came into the card.
    came_from: Cell<JsValue>,
}

impl View {
    /// Brings the screen up to date with the state.
    pub(crate) fn draw(&self, host: Value, state: State, texts: &Texts, call: Value) {
        let screen = shown(state);
        if screen == Screen::Closed {
            return self.remove(host);
        }
        let root = root(host);
        let maker = Maker { document: js::document(), texts, question: question(host, state, texts) };
        if !find(root, ".card").is() {
            make_card(&maker, host, root, call);
        }
        // An inline card is no popover. Where none are known, a pop-up stands fixed all the same.
        js::run(find(root, "[popover]"), "showPopover");
        let body = find(root, "#body");
        if self.screen.replace(Some(screen)) != Some(screen) {
            self.had_focus.set(js::is(root, "activeElement"));
            js::set(body, "textContent", Value::UNDEFINED);
            match screen {
                Screen::Question => {
                    maker.add(body, QUESTION);
                    add_cells(find(root, ".scale"));
                    if options::popup(host) {
                        maker.add(body, WISHES);
                    }
                }
                Screen::FollowUp => maker.add(body, FOLLOW_UP),
                _ => {
                    maker.add(body, END);
                    if options::popup(host) {
                        maker.add(find(root, ".main"), DONE);
                    }
                }
            }
        }
        update(root, state, texts);
    }

    /// Says that a pop-up is there, unless the visitor has found it; the next time, takes the words back,
    /// for they stand in the card anyway. True if it has said so.
    pub(crate) fn announce(&self, host: Value, texts: &Texts) -> bool {
        let root = open_root(host);
        let heard = find(root, ".heard");
        if !heard.is() {
            return false;
        }
        let say = !self.announced.replace(true) && !js::is(root, "activeElement");
        let mut words = Value::UNDEFINED;
        if say {
            let question = js::get(find(root, "legend"), "textContent");
            words = js::call_with(texts.get(key!(dialog)), "concat", ": ".into(), question);
        }
        js::set(heard, "textContent", words);
        say
    }

    /// Moves the focus, but never takes it from the page. What was pressed in here moves it at once, also
    /// where a button that is pressed does not get the focus; an answer arrives whenever it does, and
    /// moves it only if it is in here still.
    pub(crate) fn focus(&self, host: Value, target: Target) {
        let root = open_root(host);
        let late = self.screen.get() == Some(Screen::Sent);
        if !late || self.had_focus.get() || js::is(root, "activeElement") {
            let place = match target {
                Target::Scale => "input",
                Target::Problem => "[aria-invalid=true]",
                Target::Card => ".main",
            };
            focus(find(root, place));
        }
    }

    /// Takes the card off the screen, and gives the focus back if it was in there.
    pub(crate) fn remove(&self, host: Value) {
        self.screen.set(None);
        let root = open_root(host);
        let focused = js::is(root, "activeElement");
        js::run(find(root, ".card"), "remove");
        let came_from = Value::of(&self.came_from.take());
        if focused {
            focus(came_from);
        }
    }

    /// Keeps the pop-up clear of an on-screen keyboard, which covers the page rather than making it
    /// smaller: the card is told how far down one can see. Whoever has zoomed in by fingers sees a part
    /// of that.
    pub(crate) fn resize(&self, host: Value) {
        let root = open_root(host);
        let viewport = js::page("visualViewport");
        let number = |key| js::get(viewport, key).number();
        let seen = number("offsetTop") + number("height") * number("scale");
        let card = find(root, "[popover]");
        if card.is() {
            let seen = js::call_with("".into(), "concat", seen.into(), "px".into());
            js::call_with(js::get(card, "style"), "setProperty", "--seen".into(), seen);
            js::pass(js::get(root, "activeElement"), "scrollIntoView", false.into());
        }
    }

    /// Holds nothing of the page any more.
    pub(crate) fn let_go(&self) {
        self.came_from.take();
    }

    /// What was typed under the follow-up question.
    pub(crate) fn reply(host: Value) -> Reply {
        let root = open_root(host);
        let value = |selector| js::text(find(root, selector), "value");
        Reply::new(&value("textarea"), js::is(find(root, "[type=checkbox]"), "checked"), &value(".how"))
    }

    /// What an event in the card means.
    pub(crate) fn doing(&self, host: Value, kind: &str, event: Value, texts: &Texts) -> Option<Doing> {
        let root = open_root(host);
        let target = js::get(event, "target");
        match kind {
            // The radio button covers the whole cell.
            "pointerdown" => Some(Doing::Touch { scale: js::says(target, "type", "radio") }),
            "keydown" => Some(on_key(event, target, root, texts.is_rtl())),
            "click" => match &*js::call(target, "getAttribute", "part").text()? {
                "back" => Some(Doing::Flow(Event::Back)),
                "close" | "done" => Some(Doing::Flow(Event::Dismiss(Wish::Nothing))),
                "later" => Some(Doing::Flow(Event::Dismiss(Wish::Later))),
                "never" => Some(Doing::Flow(Event::Dismiss(Wish::Never))),
                _ => None,
            },
            "change" => on_change(root, target),
            "submit" => {
                prevent_default(event);
                let asked_why = find(root, "textarea").is();
                Some(if asked_why { Doing::Reply } else { Doing::Flow(Event::Send) })
            }
            _ => {
                let from = js::get(event, "relatedTarget");
                if from.is() && !js::pass(root, "contains", from).is() {
                    self.came_from.set(from.held());
                }
                None
            }
        }
    }
}

/// Esc closes the pop-up from inside, and is then nobody else's; unless the page has taken it before.
/// The arrows choose what is beside, Home and End the ends.
fn on_key(event: Value, target: Value, root: Value, rtl: bool) -> Doing {
    let key = js::text(event, "key");
    if key == "Escape"
        && !js::is(event, "isComposing")
        && !js::is(event, "defaultPrevented")
        && find(root, "[popover]").is()
    {
        js::run(event, "stopPropagation");
        prevent_default(event);
        return Doing::Flow(Event::Dismiss(Wish::Nothing));
    }
    match beside(event, &key, target, rtl) {
        Some(score) => {
            prevent_default(event);
            let radios = js::get(js::get(target, "form"), "score");
            focus(js::pass(radios, "item", f64::from(score).into()));
            Doing::Key(score)
        }
        None => Doing::Touch { scale: false },
    }
}

/// The score that a key leads to on the scale. Native radios do most of it, but not all in every engine:
/// Home and End they leave to the page, which would scroll; WebKit does not mirror the arrows, and hides
/// the focus of whoever uses them. With another key held they stay the page's.
fn beside(event: Value, key: &str, target: Value, rtl: bool) -> Option<u8> {
    if !js::says(target, "type", "radio")
        || ["ctrlKey", "altKey", "metaKey"].iter().any(|key| js::is(event, key))
    {
        return None;
    }
    let at = score(target);
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

/// What a cell of the scale stands for.
fn score(radio: Value) -> u8 {
    js::get(radio, "value").number() as u8
}

fn on_change(root: Value, target: Value) -> Option<Doing> {
    match &*js::text(target, "type") {
        "radio" => Some(Doing::Choose(score(target))),
        // How is asked only once the visitor has given leave.
        "checkbox" => {
            js::set(find(root, ".field"), "hidden", (!js::is(target, "checked")).into());
            None
        }
        _ => None,
    }
}

fn open_root(host: Value) -> Value {
    js::get(host, "shadowRoot")
}

fn prevent_default(event: Value) {
    js::run(event, "preventDefault");
}

/// The element's shadow root, made if it has none yet.
fn root(host: Value) -> Value {
    let root = open_root(host);
    if root.is() {
        return root;
    }
    let open = js::parse("{\"mode\":\"open\"}");
    let root = js::pass(host, "attachShadow", open);
    // A `<style>` would need the page's leave. Where sheets can't be made, the question is plain
    // but it works.
    if let Ok(sheet) = CssStyleSheet::new() {
        let sheet = Value::of(&sheet);
        js::call(sheet, "replaceSync", include_str!(concat!(env!("OUT_DIR"), "/style.css")));
        js::set(root, "adoptedStyleSheets", js::pass(js::page("Array"), "of", sheet));
    }
    root
}

/// The first such element in there; null if there is none. What is done to none is left undone.
fn find(root: Value, selector: &str) -> Value {
    js::call(root, "querySelector", selector)
}

fn focus(element: Value) {
    js::run(element, "focus");
}

/// An empty card, which is the same whatever is asked in it.
fn make_card(maker: &Maker<'_>, host: Value, root: Value, call: Value) {
    maker.add(root, if options::popup(host) { POPUP } else { INLINE });
    let card = find(root, ".card");
    js::call_with(card, "setAttribute", "lang".into(), maker.texts.language());
    js::attribute(card, "dir", if maker.texts.is_rtl() { "rtl" } else { "ltr" });
    for kind in EVENTS {
        js::listen(card, kind, call);
    }
}

/// The rest of the scale, out of its first cell: a copy is quicker than what is made from the beginning.
fn add_cells(scale: Value) {
    let first = js::get(scale, "firstChild");
    for score in 1..=Score::MAX {
        let cell = js::pass(first, "cloneNode", true.into());
        let score = f64::from(score).into();
        js::set(js::get(cell, "firstChild"), "value", score);
        js::set(js::get(cell, "lastChild"), "textContent", score);
        js::pass(scale, "appendChild", cell);
    }
}

/// The shop's own question for what is asked now, or ours, with the brand in it.
fn question(host: Value, state: State, texts: &Texts) -> Value {
    let template = match state.score().filter(|_| shown(state) != Screen::Question) {
        Some(score) => follow_up(host, score.category(), texts),
        None => texts.question(host),
    };
    let value = |name| options::value(host, name);
    let template = fill(template, "{brand}", value("brand"));
    fill(template, "{name}", value("name"))
}

fn follow_up(host: Value, category: Category, texts: &Texts) -> Value {
    let own = options::follow_up(host, category);
    if own.is() {
        return own;
    }
    texts.get(match category {
        Category::Detractor => key!(follow_up_detractor),
        Category::Passive => key!(follow_up_passive),
        Category::Promoter => key!(follow_up_promoter),
    })
}
