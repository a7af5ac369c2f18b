//! No press acts on an element that appeared after it began.
//!
//! A customer who double-clicks means one press. The first press may bring the follow-up or the end under the
//! pointer. So a second press has no effect if it is close to the first in time and place, and the screen has
//! changed in between.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aanrader_dom::Listener;
use aanrader_survey::Input;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, MouseEvent, PointerEvent};

use super::radio::score_of;
use super::{Action, Sink};

/// Presses further apart than this count as two, in milliseconds. The slowest double click that Windows
/// allows takes 900.
const TWICE_MILLIS: f64 = 1_000.0;
/// Presses further apart than this count as two, in CSS pixels. A mouse doesn't move in a double click; a
/// finger is less exact.
const SAME_PLACE_OF_MOUSE: i32 = 8;
const SAME_PLACE_OF_FINGER: i32 = 40;

/// The presses in one card.
#[derive(Default)]
pub(super) struct Presses {
    /// How often the content under the pointer has changed.
    changes: Cell<u32>,
    last: RefCell<Option<Press>>,
    /// Whether the current press has no effect.
    stale: Cell<bool>,
    /// Whether the next choice is made by pointer. A screen reader's click and an arrow key have no pointer.
    pub(super) pointed: Cell<bool>,
}

/// The place, time and screen of a press.
struct Press {
    x: i32,
    y: i32,
    at: f64,
    /// The distance within which two presses of this pointer are one, in CSS pixels.
    same_place: i32,
    changes: u32,
    /// The top of the scale.
    scale: f64,
}

impl Presses {
    /// Notes that the content under the pointer has changed.
    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// Whether the content has changed since the question was drawn.
    pub(super) fn has_changed(&self) -> bool {
        self.changes.get() > 0
    }

    /// Whether the click belongs to a press without effect. A click without a pointer always has an effect.
    pub(super) fn is_stale(&self, event: &Event) -> bool {
        self.stale.get() && event.unchecked_ref::<MouseEvent>().detail() > 0
    }

    /// A key press ends the series: the next pointer press is a first one.
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
        // A cell of an unmoved scale was there before.
        let was_there = |before: &Press| score_of(event).is_some() && before.scale == press.scale;
        let stale = before.filter(|before| !was_there(before));
        self.stale.set(stale.is_some());
        if let Some(stale) = stale {
            // A third press counts like the second. A customer who goes on pressing gets through in the end.
            press.changes = stale.changes;
            press.at = stale.at;
        }
        self.last.replace(Some(press));
    }

    /// Listens to the pointer in the card: chooses scores, and stops presses without effect.
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
        // The mouse event moves the focus; the click checks boxes, chooses and sends.
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
