//! The builder, where the owner configures a survey, tries it and copies its snippet, all in the page.

mod copy;
mod escape;
mod looks;
mod marks;
mod plan;
mod rules;
mod sample;
mod snippet;
mod trial;

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, Timeout};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, Event, FormData, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Url,
};

use crate::page::{by_id, fill, new, reason, text};
use crate::{figures, format};

use copy::Copier;
use marks::Marks;
use plan::Plan;
use rules::Browser;
use trial::Trial;

/// How long typing must pause before the fields are checked, in milliseconds.
const REST_MS: i32 = 200;

/// The page; dropping it removes its listeners.
pub(crate) struct Builder {
    _listeners: Vec<Listener>,
}

impl Builder {
    /// Fills in the page, and listens.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn start(document: &Document) -> Result<Self, JsValue> {
        let view = Rc::new(View::new(document)?);
        let main: Element = by_id(document, "main")?;
        let (typing, clicking) = (Rc::clone(&view), Rc::clone(&view));
        let listeners = vec![
            Listener::new(&main, "input", move |event| View::typed(&typing, &event)),
            Listener::new(&main, "click", move |event| clicking.clicked(&event)),
        ];
        // Disabled fields have no values yet.
        by_id::<Element>(document, "inputs")?.remove_attribute("disabled")?;
        view.name_collector()?;
        view.update();
        view.count();
        Ok(Self { _listeners: listeners })
    }
}

/// The page's elements, and their content.
struct View {
    document: Document,
    form: HtmlFormElement,
    counts: HtmlTextAreaElement,
    counted: Element,
    number: Element,
    steps: Element,
    marks: Marks,
    trial: Trial,
    copier: Copier,
    rest: RefCell<Option<Timeout>>,
}

impl View {
    fn new(document: &Document) -> Result<Self, JsValue> {
        Ok(Self {
            document: document.clone(),
            form: by_id(document, "plan")?,
            counts: by_id(document, "counts")?,
            counted: by_id(document, "counted")?,
            number: by_id(document, "number")?,
            steps: by_id(document, "steps")?,
            marks: Marks::new(document)?,
            trial: Trial::new(document)?,
            copier: Copier::new(document)?,
            rest: RefCell::default(),
        })
    }

    /// Suggests the collector that serves this page.
    fn name_collector(&self) -> Result<(), JsValue> {
        let collector: HtmlInputElement = by_id(&self.document, "collector")?;
        if collector.value().is_empty() {
            let location = self.document.location();
            collector.set_value(&location.and_then(|location| location.origin().ok()).unwrap_or_default());
        }
        Ok(())
    }

    fn typed(view: &Rc<Self>, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        // Answering the trial survey changes no field of this page.
        if target.as_ref().is_some_and(|target| target.local_name() == "aanrader-survey") {
            return;
        }
        if let Some(picker) = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            && let Some(field) = picker.get_attribute("data-fills")
            && let Ok(field) = by_id::<HtmlInputElement>(&view.document, &field)
        {
            field.set_value(&picker.value());
        }
        let rested = Rc::clone(view);
        let rest = Timeout::new(REST_MS, move || {
            rested.update();
            rested.count();
        });
        view.rest.replace(rest);
    }

    fn clicked(&self, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = target.and_then(|target| target.closest("button").ok().flatten()) else { return };
        match &*button.id() {
            "again" => self.trial.again(),
            "corner" => self.trial.corner(),
            _ => self.copier.copy(&button),
        }
    }

    /// Checks all fields again.
    fn update(&self) {
        let Ok(data) = FormData::new_with_form(&self.form) else { return };
        let field = |name: &str| data.get(name).as_string().unwrap_or_default();
        let checked = Plan::check(&field, &Page { document: &self.document });
        let alone = matches!(&*field("form"), "script" | "google") && field("mode") != "popup";
        self.set_shown("target-field", alone);
        let problems = checked.as_ref().err().map_or(&[][..], Vec::as_slice);
        self.marks.show(problems);
        // It can't fail, because the name contains no space.
        let _ = self.steps.class_list().toggle_with_force("stale", !problems.is_empty());
        if let Ok(plan) = checked {
            self.show(&plan);
            self.trial.show(plan);
        }
    }

    fn show(&self, plan: &Plan) {
        let styles = snippet::styles(plan);
        self.set_shown("install-step", matches!(plan.form, plan::Form::React | plan::Form::Vue));
        self.set_shown("styles-step", !styles.is_empty());
        for (id, text) in [
            ("origins", snippet::origins(plan)),
            ("install", snippet::install(plan)),
            ("where", plan.form.paste(plan.attribute("mode").is_some()).to_owned()),
            ("snippet", snippet::snippet(plan)),
            ("styles", styles),
            ("policy", snippet::policy(plan)),
            ("address", plan.address.clone()),
        ] {
            if let Some(element) = self.document.get_element_by_id(id) {
                element.set_text_content(Some(&text));
            }
        }
        self.copier.rest();
    }

    fn set_shown(&self, id: &str, shown: bool) {
        if let Some(element) = self.document.get_element_by_id(id) {
            element.set_hidden(!shown);
        }
    }

    /// Computes the number of the sample answers.
    fn count(&self) {
        let counted = sample::tally(&self.counts.value());
        let (said, shown) = match &counted {
            Ok(tally) => (format::nps(tally), self.figures(tally)),
            Err(wrong) => {
                (wrong.clone(), text(&self.document, "p", "problem", wrong).map(|wrong| vec![wrong]))
            }
        };
        if self.counted.text_content().as_deref() == Some(&said) {
            return;
        }
        let invalid = if counted.is_ok() { "false" } else { "true" };
        // If the browser refuses the attribute, the sentence is still shown.
        let _ = self.counts.set_attribute("aria-invalid", invalid);
        self.counted.set_text_content(Some(&said));
        match shown {
            Ok(shown) => fill(&self.number, &shown),
            Err(error) => self.number.set_text_content(Some(&reason(&error))),
        }
    }

    fn figures(&self, tally: &aanrader_survey::Tally) -> Result<Vec<Element>, JsValue> {
        let pair = new(&self.document, "div", "pair")?
            .child(&figures::distribution(&self.document, tally)?)
            .child(&figures::groups(&self.document, tally)?);
        Ok(vec![figures::headline(&self.document, tally)?, pair])
    }
}

/// The browser that shows this page.
struct Page<'a> {
    document: &'a Document,
}

impl Browser for Page<'_> {
    fn origin(&self, address: &str) -> Option<String> {
        let url = Url::new(address).ok()?;
        ["http:", "https:"].contains(&&*url.protocol()).then(|| url.origin())
    }

    fn is_selector(&self, text: &str) -> bool {
        self.document.query_selector(text).is_ok()
    }

    fn is_value(&self, property: &str, text: &str) -> bool {
        web_sys::css::supports_with_value(property, text).unwrap_or(false)
    }
}
