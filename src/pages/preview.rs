//! The preview counts typed scores or a chosen file, in the page.

mod outcome;

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, Timeout};
use aanrader_scores::{Outcome, Reading, read_text};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Document, DragEvent, Element, Event, File, HtmlInputElement, HtmlProgressElement, HtmlSelectElement,
    HtmlTextAreaElement,
};

use crate::counter::Said;
use crate::counting::Counting;
use crate::language::t;
use crate::page::{by_id, fill, reason, text};
use crate::texts;

/// How long typing must pause before the text is counted, in milliseconds.
const REST_MS: i32 = 250;

/// The page; dropping it removes its listeners.
pub(crate) struct Preview {
    _listeners: Vec<Listener>,
}

impl Preview {
    /// Fills in the page, and listens.
    ///
    /// # Errors
    ///
    /// A sentence that names what the page lacks.
    pub(crate) fn start(document: &Document) -> Result<Self, JsValue> {
        let view = Rc::new(View::new(document)?);
        let on = |element: &Element, kind, act: fn(&Rc<View>, &Event)| {
            let view = Rc::clone(&view);
            Listener::new(element, kind, move |event| act(&view, &event))
        };
        let listeners = vec![
            on(&view.scores, "input", |view, _| View::typed(view)),
            on(&view.file, "change", |view, _| View::chose(view)),
            on(&view.drop, "dragover", View::drag_over),
            on(&view.drop, "dragleave", |view, _| view.mark_drop(false)),
            on(&view.drop, "drop", View::dropped),
            on(&view.columns, "change", |view, _| view.chose_column()),
            on(&view.result, "click", View::answered),
            on(&by_id(document, "example")?, "click", |view, _| View::type_in(view, texts::EXAMPLE)),
            on(&by_id(document, "clear")?, "click", |view, _| View::type_in(view, "")),
            on(&view.stop, "click", |view, _| view.stop_reading()),
        ];
        // The browser may have kept the typed text over a reload.
        View::typed(&view);
        Ok(Self { _listeners: listeners })
    }
}

/// The work that precedes a result.
enum Task {
    /// The owner is typing.
    Typing { _rest: Option<Timeout> },
    /// A worker is counting a file.
    Counting { _counting: Counting },
}

/// The page's elements, and their content.
struct View {
    document: Document,
    scores: HtmlTextAreaElement,
    file: HtmlInputElement,
    drop: Element,
    reading: Element,
    progress: HtmlProgressElement,
    read: Element,
    stop: Element,
    choice: Element,
    columns: HtmlSelectElement,
    why: Element,
    title: Element,
    result: Element,
    status: Element,
    /// The current work; the next work ends it.
    task: RefCell<Option<Task>>,
    reading_of: RefCell<Option<Reading>>,
}

impl View {
    fn new(document: &Document) -> Result<Self, JsValue> {
        Ok(Self {
            document: document.clone(),
            scores: by_id(document, "scores")?,
            file: by_id(document, "file")?,
            drop: by_id(document, "drop")?,
            reading: by_id(document, "reading")?,
            progress: by_id(document, "progress")?,
            read: by_id(document, "read")?,
            stop: by_id(document, "stop")?,
            choice: by_id(document, "choice")?,
            columns: by_id(document, "columns")?,
            why: by_id(document, "why")?,
            title: by_id(document, "title")?,
            result: by_id(document, "result")?,
            status: by_id(document, "status")?,
            task: RefCell::default(),
            reading_of: RefCell::default(),
        })
    }

    /// Ends the current work.
    fn end(&self) {
        self.reading.set_hidden(true);
        if let Some(task) = self.task.take() {
            // Dropped later, because the task may be the caller.
            spawn_local(async move { drop(task) });
        }
    }

    fn type_in(view: &Rc<Self>, scores: &str) {
        view.scores.set_value(scores);
        Self::typed(view);
    }

    fn typed(view: &Rc<Self>) {
        view.end();
        view.file.set_value("");
        let typed = Rc::clone(view);
        let rest = Timeout::new(REST_MS, move || {
            typed.show(t().typed, read_text(&typed.scores.value()));
        });
        view.task.replace(Some(Task::Typing { _rest: rest }));
    }

    fn chose(view: &Rc<Self>) {
        if let Some(file) = view.file.files().and_then(|files| files.get(0)) {
            Self::read(view, file);
        }
    }

    fn drag_over(view: &Rc<Self>, event: &Event) {
        if dropped_file(event).is_some() {
            event.prevent_default();
            view.mark_drop(true);
        }
    }

    fn dropped(view: &Rc<Self>, event: &Event) {
        view.mark_drop(false);
        if let Some(file) = dropped_file(event).flatten() {
            event.prevent_default();
            view.file.set_value("");
            Self::read(view, file);
        }
    }

    fn mark_drop(&self, over: bool) {
        // It can't fail, because the name contains no space.
        let _ = self.drop.class_list().toggle_with_force("over", over);
    }

    fn stop_reading(&self) {
        self.end();
        self.file.set_value("");
        self.status.set_text_content(Some(t().stopped));
        if let Some(input) =
            self.document.get_element_by_id("file").and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
        {
            // The focused button is gone; if the focus can't move, it stays with the page.
            let _ = input.focus();
        }
    }

    fn read(view: &Rc<Self>, file: File) {
        view.end();
        view.scores.set_value("");
        view.reading.set_hidden(false);
        view.show_progress(0, 0.0);
        let (name, size, told) = (file.name(), file.size(), Rc::clone(view));
        let started = Counting::start(&view.document, file, move |said| told.hear(&name, size, said));
        match started {
            Ok(counting) => drop(view.task.replace(Some(Task::Counting { _counting: counting }))),
            Err(error) => view.no_counting(&reason(&error)),
        }
    }

    /// Handles the worker's message about the file with that name and size, in bytes.
    fn hear(&self, name: &str, size: f64, said: Option<Said>) {
        match said {
            Some(Said::Read { lines, bytes }) => self.show_progress(lines, 100.0 * bytes / size),
            Some(Said::Counted(reading)) => {
                self.end();
                self.show(name, reading);
            }
            Some(Said::Failed(reason)) => {
                self.end();
                self.show_problem(&texts::unreadable(name, &reason));
            }
            Some(Said::Ready) | None => self.no_counting(""),
        }
    }

    fn no_counting(&self, reason: &str) {
        self.end();
        self.show_problem(&texts::no_counting(reason));
    }

    fn show_progress(&self, lines: u64, percent: f64) {
        self.progress.set_value(percent);
        self.read.set_text_content(Some(&texts::progress(lines, percent)));
    }

    /// Shows a reading: the number, the question, or the reason why there is none.
    fn show(&self, title: &str, reading: Reading) {
        self.title.set_text_content(Some(title));
        self.choice.set_hidden(true);
        let shown = match &reading.outcome {
            Outcome::Counted { column, why } => {
                self.offer(&reading, *column, &texts::choice(&reading, *column, *why));
                outcome::counted(&self.document, &reading, *column)
            }
            Outcome::Question { .. } => outcome::question(&self.document, &reading),
            Outcome::Nothing { why } => outcome::nothing(&self.document, why),
        };
        self.reading_of.replace(Some(reading));
        self.fill(shown);
    }

    /// Offers all ways to count, with this one chosen, if there are several.
    fn offer(&self, reading: &Reading, chosen: usize, why: &str) {
        self.choice.set_hidden(reading.columns.len() < 2);
        self.columns.set_text_content(None);
        for column in &reading.columns {
            if let Ok(option) = text(&self.document, "option", "", &texts::column(column)) {
                let _ = self.columns.append_child(&option);
            }
        }
        self.columns.set_selected_index(chosen as i32);
        self.why.set_text_content(Some(why));
    }

    fn chose_column(&self) {
        if let Ok(chosen) = usize::try_from(self.columns.selected_index()) {
            self.count(chosen);
        }
    }

    /// Handles a press of a candidate's button.
    fn answered(view: &Rc<Self>, event: &Event) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.and_then(|target| target.closest("button[data-column]").ok().flatten());
        let column = button.and_then(|button| button.get_attribute("data-column")?.parse().ok());
        if let Some(column) = column {
            view.count(column);
            // The button is gone, so the focus moves to its replacement.
            let _ = view.columns.focus();
        }
    }

    /// Counts the column that the owner has chosen.
    fn count(&self, column: usize) {
        let reading = self.reading_of.borrow();
        if let Some(reading) = reading.as_ref().filter(|reading| column < reading.columns.len()) {
            self.offer(reading, column, &texts::chosen(&reading.columns[column]));
            self.fill(outcome::counted(&self.document, reading, column));
        }
    }

    fn fill(&self, shown: Result<outcome::Shown, JsValue>) {
        match shown {
            Ok(shown) => {
                fill(&self.result, &shown.elements);
                self.status.set_text_content(Some(&shown.status));
            }
            Err(error) => self.show_problem(&reason(&error)),
        }
    }

    fn show_problem(&self, problem: &str) {
        self.choice.set_hidden(true);
        self.status.set_text_content(Some(problem));
        if let Ok(shown) = text(&self.document, "p", "problem", problem) {
            fill(&self.result, &[shown]);
        }
    }
}

/// Whether files are being dragged, and the first file after they are dropped.
fn dropped_file(event: &Event) -> Option<Option<File>> {
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let kinds = data.types();
    let has_files = (0..kinds.length()).any(|index| kinds.get(index).as_string().as_deref() == Some("Files"));
    has_files.then(|| data.files().and_then(|files| files.get(0)))
}
