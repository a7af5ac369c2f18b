//! Shows problems: each at its field, and all in one list with links to the fields.

use std::cell::RefCell;

use aanrader_dom::ElementExt;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

use super::rules::Problem;
use crate::page::{by_id, fill, new, text};
use crate::texts;

/// The list, and the marked fields.
pub(crate) struct Marks {
    document: Document,
    problems: Element,
    list: Element,
    said: Element,
    shown: RefCell<Vec<Problem>>,
}

impl Marks {
    /// A list without problems.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn new(document: &Document) -> Result<Self, JsValue> {
        Ok(Self {
            document: document.clone(),
            problems: by_id(document, "problems")?,
            list: by_id(document, "problem-list")?,
            said: by_id(document, "said")?,
            shown: RefCell::default(),
        })
    }

    /// Marks exactly these problems.
    pub(crate) fn show(&self, problems: &[Problem]) {
        let before = self.shown.replace(problems.to_vec());
        if before == problems {
            return;
        }
        for problem in &before {
            self.clear(problem.field);
        }
        let mut links = Vec::new();
        for problem in problems {
            // If the browser can't make an element, only that one is absent.
            let _ = self.mark(problem);
            links.extend(self.link(problem));
        }
        fill(&self.list, &links);
        self.problems.set_hidden(problems.is_empty());
        if before.len() != problems.len() {
            self.said.set_text_content(Some(&texts::to_mend(problems.len())));
        }
    }

    fn link(&self, problem: &Problem) -> Result<Element, JsValue> {
        let link =
            text(&self.document, "a", "", &problem.message)?.attr("href", &format!("#{}", problem.field));
        Ok(new(&self.document, "li", "")?.child(&link))
    }

    fn mark(&self, problem: &Problem) -> Result<(), JsValue> {
        let field: HtmlElement = by_id(&self.document, problem.field)?;
        // The owner couldn't find a field in a closed section.
        if let Some(details) = field.closest("details")? {
            details.set_attribute("open", "")?;
        }
        let id = format!("{}-problem", problem.field);
        let wrong = text(&self.document, "p", "wrong", &problem.message)?.attr("id", &id);
        if let Some(around) = field.closest(".field")? {
            around.append_child(&wrong)?;
        }
        field.set_attribute("aria-invalid", "true")?;
        field.set_attribute("aria-describedby", format!("{} {id}", self.hint(problem.field)).trim())
    }

    fn clear(&self, name: &str) {
        if let Some(wrong) = self.document.get_element_by_id(&format!("{name}-problem")) {
            wrong.remove();
        }
        if let Some(field) = self.document.get_element_by_id(name) {
            // Neither call can fail, because the names are valid.
            let _ = field.remove_attribute("aria-invalid");
            let _ = match &*self.hint(name) {
                "" => field.remove_attribute("aria-describedby"),
                hint => field.set_attribute("aria-describedby", hint),
            };
        }
    }

    /// The id of a field's hint; empty if the field has none.
    fn hint(&self, name: &str) -> String {
        let id = format!("{name}-hint");
        self.document
            .get_element_by_id(&id)
            .and_then(|hint| hint.dyn_into::<Element>().ok())
            .map_or_else(String::new, |_| id)
    }
}
