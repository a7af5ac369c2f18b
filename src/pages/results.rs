//! The owner's results: period, numbers, customers to contact, the latest answers.

mod calls;
mod view;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element, Event, HtmlElement, HtmlInputElement};

use crate::api::{self, Failure};
use crate::language::t;
use crate::page::{by_id, fill, new, reason, text};
use crate::selection::{self, Selection};
use crate::texts;
use crate::wire::{self, Answer, Page};

/// The page; dropping it removes its listeners.
pub(crate) struct Results {
    _listeners: Vec<Listener>,
}

impl Results {
    /// Fills in the page, and listens.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn start(document: &Document) -> Result<Self, JsValue> {
        let owner = Rc::new(Owner::new(document)?);
        let on = |element: &Element, kind, act: fn(&Rc<Owner>)| {
            let owner = Rc::clone(&owner);
            Listener::new(element, kind, move |event: Event| {
                event.prevent_default();
                act(&owner);
            })
        };
        let listeners = vec![
            on(&by_id(document, "period")?, "submit", Owner::submit_period),
            on(&by_id(document, "all-time")?, "click", Owner::show_all_time),
            Listener::new(&owner.verified, "change", {
                let owner = Rc::clone(&owner);
                move |_: Event| Owner::submit_period(&owner)
            }),
            on(&by_id(document, "again")?, "click", Owner::load),
            on(&owner.older, "click", Owner::load_older),
        ];
        Owner::load(&owner);
        Ok(Self { _listeners: listeners })
    }
}

/// The page's elements, and their content.
struct Owner {
    document: Document,
    status: Element,
    problem: HtmlElement,
    problem_text: Element,
    content: Element,
    from: HtmlInputElement,
    to: HtmlInputElement,
    /// The control that excludes unverified answers; hidden if there are none.
    vouching: HtmlElement,
    verified: HtmlInputElement,
    surveys: Element,
    follow_ups: Element,
    latest_answers: Element,
    follow_ups_of: Element,
    calls: Element,
    answers: Element,
    older: HtmlElement,
    selection: RefCell<Selection>,
    /// How many of the period's answers are shown.
    shown: Cell<u32>,
    /// The place of the next page.
    next: RefCell<Option<String>>,
    /// The number of the latest request; replies to older ones are dropped.
    latest: Cell<u32>,
}

impl Owner {
    fn new(document: &Document) -> Result<Self, JsValue> {
        let search = document.location().and_then(|location| location.search().ok()).unwrap_or_default();
        let selection = Selection::all_time(selection::zone_of_browser(), &search);
        by_id::<Element>(document, "period-hint")?.set_text_content(Some(&texts::days_in(selection.zone())));
        Ok(Self {
            document: document.clone(),
            status: by_id(document, "status")?,
            problem: by_id(document, "problem")?,
            problem_text: by_id(document, "problem-text")?,
            content: by_id(document, "shown")?,
            from: by_id(document, "from")?,
            to: by_id(document, "to")?,
            vouching: by_id(document, "vouching")?,
            verified: by_id(document, "verified")?,
            surveys: by_id(document, "surveys")?,
            follow_ups: by_id(document, "follow-ups")?,
            latest_answers: by_id(document, "latest")?,
            follow_ups_of: by_id(document, "follow-ups-of")?,
            calls: by_id(document, "calls")?,
            answers: by_id(document, "answers")?,
            older: by_id(document, "older")?,
            selection: RefCell::new(selection),
            shown: Cell::new(0),
            next: RefCell::default(),
            latest: Cell::new(0),
        })
    }

    /// Begins a request, so that replies to older ones are dropped.
    fn begin(&self) -> u32 {
        self.latest.set(self.latest.get().wrapping_add(1));
        self.problem.set_hidden(true);
        self.status.set_text_content(Some(t().loading));
        self.latest.get()
    }

    fn submit_period(owner: &Rc<Self>) {
        let asked = owner.selection.borrow().between(owner.from.value(), owner.to.value());
        match asked {
            Some(selection) => {
                owner.selection.replace(selection.verified(owner.verified.checked()));
                Self::load(owner);
            }
            None => owner.show_problem(t().period_turned),
        }
    }

    fn show_all_time(owner: &Rc<Self>) {
        owner.from.set_value("");
        owner.to.set_value("");
        Self::submit_period(owner);
    }

    /// Requests everything again.
    fn load(owner: &Rc<Self>) {
        let (owner, request) = (Rc::clone(owner), owner.begin());
        let selection = owner.selection.borrow().clone();
        spawn_local(async move {
            let outcome = async {
                let results = api::results(&selection).await?;
                let page = api::answers(&selection, None).await?;
                let low = match calls::highest() {
                    Some(most) => api::low_answers(&selection, most).await?,
                    None => Page::default(),
                };
                Ok((results, page, low))
            };
            let outcome = outcome.await;
            if owner.latest.get() != request {
                return;
            }
            let shown = match outcome {
                Ok((results, page, low)) => owner.show(&results, page, &low),
                Err(failure) => return owner.fail(failure),
            };
            if let Err(error) = shown {
                owner.show_problem(&reason(&error));
            }
        });
    }

    fn load_older(owner: &Rc<Self>) {
        let Some(next) = owner.next.borrow().clone() else { return };
        let (owner, request) = (Rc::clone(owner), owner.begin());
        let selection = owner.selection.borrow().clone();
        spawn_local(async move {
            let outcome = api::answers(&selection, Some(&next)).await;
            if owner.latest.get() != request {
                return;
            }
            let shown = match outcome {
                Ok(page) => owner.add_below(page),
                Err(failure) => return owner.fail(failure),
            };
            if let Err(error) = shown {
                owner.show_problem(&reason(&error));
            }
        });
    }

    fn show(&self, results: &wire::Results, page: Page, low: &Page) -> Result<(), JsValue> {
        self.content.set_hidden(false);
        let mut surveys = Vec::new();
        for survey in results.surveys.iter().filter(|survey| survey.total.tally().n() > 0) {
            surveys.push(view::survey(&self.document, survey)?);
        }
        let unverified = results.surveys.iter().any(|survey| survey.total.unverified > 0);
        self.vouching.set_hidden(!unverified && !self.verified.checked());
        if surveys.is_empty() {
            surveys.push(text(&self.document, "p", "none panel", t().nobody)?);
        }
        fill(&self.surveys, &surveys);
        self.shown.set(0);
        fill(&self.answers, &[new(&self.document, "ol", "answers")?]);
        self.follow_ups.set_hidden(page.answers.is_empty());
        self.latest_answers.set_hidden(page.answers.is_empty());
        self.follow_ups_of.set_text_content(Some(&texts::looked_at(low.answers.len(), low.next.is_some())));
        self.show_calls(&low.answers)?;
        self.add(page)
    }

    /// Adds older answers, and moves the focus to the first of them.
    fn add_below(&self, page: Page) -> Result<(), JsValue> {
        let shown = self.shown.get();
        self.add(page)?;
        let list = self.answers.first_element_child();
        let first = list.and_then(|list| list.children().item(shown));
        let first = first.and_then(|first| first.attr("tabindex", "-1").dyn_into::<HtmlElement>().ok());
        if let Some(first) = first {
            // If the focus can't move, it stays with the page.
            let _ = first.focus();
        }
        Ok(())
    }

    /// Adds answers below the shown ones.
    fn add(&self, page: Page) -> Result<(), JsValue> {
        if let Some(mut list) = self.answers.first_element_child() {
            for answer in &page.answers {
                list = list.child(&view::answer(&self.document, answer)?);
            }
        }
        let shown = self.shown.get() + page.answers.len() as u32;
        self.shown.set(shown);
        self.older.set_hidden(page.next.is_none());
        self.status.set_text_content(Some(&texts::loaded(shown as usize)));
        self.next.replace(page.next);
        Ok(())
    }

    fn show_calls(&self, answers: &[Answer]) -> Result<(), JsValue> {
        let calls = calls::calls(answers);
        let mut list = new(&self.document, "ol", "cases")?;
        for (answer, score) in calls.people.iter().filter_map(|answer| Some((answer, answer.score()?))) {
            list = list.child(&view::call(&self.document, answer, score)?);
        }
        let mut shown = Vec::new();
        if calls.people.is_empty() {
            shown.push(text(&self.document, "p", "none", t().no_calls)?);
        } else {
            shown.push(list);
        }
        if calls.silent > 0 {
            shown.push(text(&self.document, "p", "hint", &texts::silent(calls.silent))?);
        }
        fill(&self.calls, &shown);
        Ok(())
    }

    fn fail(&self, failure: Failure) {
        match failure {
            // The collector answers this address with the sign-in page, which leads back here.
            Failure::SignedOut => {
                if let Err(error) = self.reload() {
                    self.show_problem(&reason(&error));
                }
            }
            Failure::Other(why) => self.show_problem(&why),
        }
    }

    fn reload(&self) -> Result<(), JsValue> {
        self.document.location().ok_or(JsValue::UNDEFINED)?.reload()
    }

    fn show_problem(&self, problem: &str) {
        self.status.set_text_content(None);
        self.problem_text.set_text_content(Some(problem));
        self.problem.set_hidden(false);
    }
}
