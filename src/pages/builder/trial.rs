//! The real survey on trial. Its answers go to a survey that the collector never stores.

use std::cell::RefCell;

use aanrader_dom::ElementExt;
use aanrader_survey::TRY_OUT;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

use super::plan::Plan;
use crate::page::{by_id, new};

/// The attributes of a trial survey: looks and texts, but no triggers.
const ATTRIBUTES: [&str; 9] = [
    "touchpoint",
    "placement",
    "lang",
    "brand",
    "question",
    "follow-up",
    "follow-up-promoter",
    "follow-up-passive",
    "follow-up-detractor",
];

/// The inline survey in the page, and the pop-up in a corner of the window.
pub(crate) struct Trial {
    document: Document,
    stage: Element,
    plan: RefCell<Option<Plan>>,
    inline: RefCell<Option<Element>>,
    corner: RefCell<Option<Element>>,
}

impl Trial {
    /// An empty stage.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn new(document: &Document) -> Result<Self, JsValue> {
        Ok(Self {
            document: document.clone(),
            stage: by_id(document, "stage")?,
            plan: RefCell::default(),
            inline: RefCell::default(),
            corner: RefCell::default(),
        })
    }

    /// Shows the current plan.
    pub(crate) fn show(&self, plan: Plan) {
        let before = self.plan.replace(Some(plan));
        let Some(plan) = &*self.plan.borrow() else { return };
        // Another language needs a new survey, and so does a survey that is past its question.
        let same = before.is_some_and(|before| before.attribute("lang") == plan.attribute("lang"));
        let inline = self.inline.borrow().clone();
        match inline.filter(|survey| same && is_asking(survey)) {
            Some(survey) => dress(&survey, plan),
            None => self.ask(&self.inline, plan, "inline"),
        }
        let corner = self.corner.borrow().clone();
        if let Some(survey) = corner {
            if plan.attribute("mode").is_some() { dress(&survey, plan) } else { survey.remove() }
        }
    }

    /// Asks again.
    pub(crate) fn again(&self) {
        if let Some(plan) = &*self.plan.borrow() {
            self.ask(&self.inline, plan, "inline");
        }
    }

    /// Asks in a corner of the window.
    pub(crate) fn corner(&self) {
        if let Some(plan) = &*self.plan.borrow() {
            self.ask(&self.corner, plan, "popup");
        }
    }

    fn ask(&self, place: &RefCell<Option<Element>>, plan: &Plan, mode: &str) {
        let Ok(survey) = new(&self.document, "aanrader-survey", "") else { return };
        let survey = survey.attr("survey", TRY_OUT).attr("mode", mode);
        dress(&survey, plan);
        if let Some(old) = place.replace(Some(survey.clone())) {
            old.remove();
        }
        // It can't fail: the survey doesn't contain the stage.
        let _ = self.stage.append_child(&survey);
        // `ask` also asks owners who have opted out in a trial.
        if let Ok(ask) = Reflect::get(&survey, &"ask".into())
            && let Some(ask) = ask.dyn_ref::<Function>()
        {
            // Before its script has loaded, `ask` doesn't exist; then the survey asks by itself.
            let _ = ask.call0(&survey);
        }
    }
}

/// Whether it still shows its question, or will.
fn is_asking(survey: &Element) -> bool {
    let scale =
        survey.shadow_root().map(|root| root.query_selector("[part~=scale]").ok().flatten().is_some());
    scale.unwrap_or(true)
}

/// Gives a survey the planned words and looks.
fn dress(survey: &Element, plan: &Plan) {
    for name in ATTRIBUTES {
        let _ = match plan.attribute(name) {
            // The survey restarts at each change, so equal values stay. None of these calls can fail.
            Some(value) if survey.get_attribute(name).as_deref() == Some(value) => Ok(()),
            Some(value) => survey.set_attribute(name, value),
            None => survey.remove_attribute(name),
        };
    }
    let _ = survey.set_attribute("save", plan.attribute("save").unwrap_or("choose"));
    let _ = survey.remove_attribute("style");
    if let Some(survey) = survey.dyn_ref::<HtmlElement>() {
        for (property, value) in &plan.styles {
            // The browser has already accepted each of these values.
            let _ = survey.style().set_property(property, value);
        }
    }
}
