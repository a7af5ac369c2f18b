//! No press acts on what wasn't there when it began.
//!
//! A visitor who presses twice means one press. When the first one has brought the follow-up or the end
//! on the screen, something else is under the pointer; so a press at the place of an earlier one, soon
//! after it, does nothing if the screen has changed in between.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aanrader_dom::Listener;
use aanrader_survey::Input;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, MouseEvent, PointerEvent};

use super::radio::score_of;
use super::{Action, Sink};

/// Two presses that are further apart are two, in milliseconds. The slowest double click that Windows can
/// be set to takes 900.
const TWICE_MILLIS: f64 = 1_000.0;
/// Two presses that are further apart are two, in CSS pixels. A mouse stays where it is in a double click; a
/// finger hits a place less well.
const SAME_PLACE_OF_MOUSE: i32 = 8;
const SAME_PLACE_OF_FINGER: i32 = 40;

/// The presses in one card.
#[derive(Default)]
pub(super) struct Presses {
    /// How often something else has appeared under the pointer.
    changes: Cell<u32>,
    last: RefCell<Option<Press>>,
    /// Whether the press that goes on is one that acts on nothing.
    stale: Cell<bool>,
    /// Whether the next choice is made by pointer. A screen reader's click has no
    /// pointer behind it, and neither has an arrow key.
    pub(super) pointed: Cell<bool>,
}

/// Where and when somebody pressed, on which screen.
struct Press {
    x: i32,
    y: i32,
    at: f64,
    /// How far apart two presses of this pointer can be.
    same_place: i32,
    changes: u32,
    /// How far down the scale was.
    scale: f64,
}

impl Presses {
    /// Something else has appeared.
    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// Whether something has appeared since the question was drawn.
    pub(super) fn has_changed(&self) -> bool {
        self.changes.get() > 0
    }

    /// Whether the click belongs to a press that acts on nothing. A click without a pointer does act.
    pub(super) fn is_stale(&self, event: &Event) -> bool {
        self.stale.get() && event.unchecked_ref::<MouseEvent>().detail() > 0
    }

    /// A key is pressed: what comes next is no second press.
    pub(super) fn key(&self) {
        self.pointed.set(false);
        self.last.take();
    }

    /// Begins a press.
    fn begin(&self, event: &Event, top_of_scale: f64) {
        if !event.is_trusted() {
            return;
        }
        let pointer: &PointerEvent = event.unchecked_ref();
        let mouse = pointer.pointer_type() == "mouse";
        let mut press = Press {
            x: pointer.client_x(),
            y: pointer.client_y(),
            at: event.time_stamp(),
            same_place: if mouse { SAME_PLACE_OF_MOUSE } else { SAME_PLACE_OF_FINGER },
            changes: self.changes.get(),
            scale: top_of_scale,
        };
        let before =
            self.last.take().filter(|before| press.repeats(before) && before.changes != press.changes);
        // A cell of a scale that hasn't moved was there before.
        let was_there = |before: &Press| score_of(event).is_some() && before.scale == press.scale;
        let stale = before.filter(|before| !was_there(before));
        self.stale.set(stale.is_some());
        if let Some(stale) = stale {
            // A third press is no better than the second, but a visitor who goes on pressing is heard in the end.
            press.changes = stale.changes;
            press.at = stale.at;
        }
        self.last.replace(Some(press));
    }

    /// Hears the pointer in the card, which chooses scores, and stops presses that act on nothing.
    pub(super) fn listen(
        self: &Rc<Self>,
        card: &Element,
        radios: &[HtmlInputElement],
        sink: &Sink,
    ) -> [Listener; 5] {
        let (first, me, touch) = (radios.first().cloned(), self.clone(), sink.clone());
        let pressed = Listener::new(card, "pointerdown", move |event| {
            let top = first.as_ref().map_or(0.0, |first| first.get_bounding_client_rect().y());
            me.begin(&event, top);
            me.pointed.set(score_of(&event).is_some());
            touch(Action::Touch);
        });
        let me = self.clone();
        // The mouse's own event gives the focus; the click ticks, chooses and sends.
        let held = Listener::new(card, "mousedown", move |event| {
            if me.stale.get() {
                event.prevent_default();
            }
        });
        let me = self.clone();
        let clicked = Listener::new(card, "click", move |event| {
            if me.is_stale(&event) {
                event.prevent_default();
            }
        });
        let (me, choose) = (self.clone(), sink.clone());
        let chosen = Listener::new(card, "change", move |event| {
            if let Some(score) = score_of(&event) {
                let input = if me.pointed.take() { Input::Pointer } else { Input::Keyboard };
                choose(Action::Choose(score, input));
            }
        });
        let send = sink.clone();
        let sent = Listener::new(card, "submit", move |event| {
            event.prevent_default();
            send(Action::Send);
        });
        [pressed, held, clicked, chosen, sent]
    }
}

impl Press {
    fn repeats(&self, before: &Self) -> bool {
        let near = |a: i32, b: i32| (a - b).abs() <= self.same_place;
        self.at - before.at < TWICE_MILLIS && near(self.x, before.x) && near(self.y, before.y)
    }
}
