//! The preview: scores that are typed or chosen as a file, counted in the page.

use std::cell::RefCell;
use std::rc::Rc;

use aanrader_dom::{ElementExt, Listener, Timeout};
use aanrader_scores::{Parser, Report, pick};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Document, DragEvent, Element, Event, File, HtmlInputElement, HtmlProgressElement, HtmlSelectElement,
    HtmlTextAreaElement,
};

use crate::counter::Said;
use crate::counting::Counting;
use crate::page::{by_id, fill, new, reason, text};
use crate::{figures, texts};

/// How long typing rests before it is counted, in milliseconds.
const REST_MS: i32 = 250;

/// The page, as long as it is held.
pub(crate) struct Preview {
    _listeners: Vec<Listener>,
}

impl Preview {
    /// Fills the page in, and listens.
    ///
    /// # Errors
    ///
    /// A sentence that says what the page lacks.
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
            on(&by_id(document, "example")?, "click", |view, _| View::type_in(view, texts::EXAMPLE)),
            on(&by_id(document, "clear")?, "click", |view, _| View::type_in(view, "")),
            on(&view.stop, "click", |view, _| view.stop_reading()),
        ];
        // The browser may have kept what was typed before a reload.
        View::typed(&view);
        Ok(Self { _listeners: listeners })
    }
}

/// What goes on until there is something to show.
enum Doing {
    /// Somebody types.
    Typing { _rest: Option<Timeout> },
    /// A file is counted.
    Counting { _counting: Counting },
}

/// The page's elements, and what they show.
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
    /// What is going on; whatever replaces it ends it.
    doing: RefCell<Option<Doing>>,
    report: RefCell<Report>,
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
            doing: RefCell::default(),
            report: RefCell::default(),
        })
    }

    /// Ends what was going on.
    fn end(&self) {
        self.reading.set_hidden(true);
        if let Some(doing) = self.doing.take() {
            // Later, for it may be what is calling this.
            spawn_local(async move { drop(doing) });
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
            let mut parser = Parser::default();
            parser.push(typed.scores.value().as_bytes());
            typed.show(texts::TYPED, parser.finish());
        });
        view.doing.replace(Some(Doing::Typing { _rest: rest }));
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
        // It can't fail with a name that holds no space.
        let _ = self.drop.class_list().toggle_with_force("over", over);
    }

    fn stop_reading(&self) {
        self.end();
        self.file.set_value("");
        self.status.set_text_content(Some(texts::STOPPED));
        if let Some(input) =
            self.document.get_element_by_id("file").and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
        {
            // The button that had the focus is gone; a focus that can't be set stays with the page.
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
            Ok(counting) => drop(view.doing.replace(Some(Doing::Counting { _counting: counting }))),
            Err(error) => view.no_counting(&reason(&error)),
        }
    }

    /// Takes what the worker says of the file of that name and size, in bytes.
    fn hear(&self, name: &str, size: f64, said: Option<Said>) {
        match said {
            Some(Said::Read { lines, bytes }) => self.show_progress(lines, 100.0 * bytes / size),
            Some(Said::Counted(report)) => {
                self.end();
                self.show(name, report);
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

    /// Shows what was read, and offers the columns where there are several.
    fn show(&self, title: &str, report: Report) {
        self.title.set_text_content(Some(title));
        let pick = pick(&report);
        self.choice.set_hidden(report.columns.len() < 2 || report.binary);
        if let Some(pick) = pick.filter(|_| report.columns.len() > 1) {
            self.columns.set_text_content(None);
            for index in 0..report.columns.len() {
                if let Ok(option) = text(&self.document, "option", "", &texts::column(&report, index)) {
                    let _ = self.columns.append_child(&option);
                }
            }
            self.columns.set_selected_index(pick.column as i32);
            let why = texts::choice(&report, pick.column, pick.why, &pick.could_be);
            self.why.set_text_content(Some(&why));
            self.choice.set_class_name(if pick.could_be.len() > 1 { "choice unsure" } else { "choice" });
        }
        self.report.replace(report);
        self.show_column();
    }

    fn chose_column(&self) {
        let chosen = usize::try_from(self.columns.selected_index()).unwrap_or_default();
        self.why.set_text_content(Some(&texts::chosen(&self.report.borrow(), chosen)));
        self.choice.set_class_name("choice");
        self.show_column();
    }

    fn show_column(&self) {
        let report = self.report.borrow();
        if report.binary {
            return self.show_problem(texts::BINARY);
        }
        let chosen = if report.columns.len() > 1 { self.columns.selected_index() } else { 0 };
        let shown = usize::try_from(chosen).ok().filter(|index| *index < report.columns.len());
        let shown = match shown {
            Some(index) => self.column(&report, index),
            None => text(&self.document, "p", "none", texts::NOTHING_YET)
                .map(|nothing| (String::new(), vec![nothing])),
        };
        match shown {
            Ok((status, children)) => {
                fill(&self.result, &children);
                self.status.set_text_content(Some(&status));
            }
            Err(error) => self.show_problem(&reason(&error)),
        }
    }

    /// What a column says, in a sentence and in full.
    fn column(&self, report: &Report, index: usize) -> Result<(String, Vec<Element>), JsValue> {
        let (document, column) = (&self.document, &report.columns[index]);
        let mut children = Vec::new();
        let mut status = texts::nps(&column.tally);
        if column.tally.n() > 0 {
            children.push(figures::headline(document, &column.tally)?);
            let pair = new(document, "div", "pair")?
                .child(&figures::distribution(document, &column.tally)?)
                .child(&figures::groups(document, &column.tally)?);
            children.push(pair);
        } else {
            status = texts::NO_SCORE_AT_ALL.into();
            children.push(text(document, "p", "none", texts::NO_SCORE_AT_ALL)?);
        }
        if column.without_score() > 0 {
            let without = texts::without_score(column.without_score(), report.lines);
            status = format!("{status}. {without}");
            children.push(self.left_out(&without, report, index)?);
        }
        for remark in texts::remarks(report, index) {
            children.push(text(document, "p", "remark", &remark)?);
        }
        Ok((status, children))
    }

    fn left_out(&self, title: &str, report: &Report, index: usize) -> Result<Element, JsValue> {
        let (document, column) = (&self.document, &report.columns[index]);
        let mut list = new(document, "ul", "")?;
        for line in &column.named {
            list = list.child(&text(document, "li", "", &texts::no_score(line))?);
        }
        let more = column.without_score() - column.named.len() as u64;
        if more > 0 {
            list = list.child(&text(document, "li", "", &texts::and_more(more))?);
        }
        Ok(new(document, "section", "left-out")?.child(&text(document, "h3", "", title)?).child(&list))
    }

    fn show_problem(&self, problem: &str) {
        self.choice.set_hidden(true);
        self.status.set_text_content(Some(problem));
        if let Ok(shown) = text(&self.document, "p", "problem", problem) {
            fill(&self.result, &[shown]);
        }
    }
}

/// Whether files are dragged, and the first of them once they are dropped.
fn dropped_file(event: &Event) -> Option<Option<File>> {
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let kinds = data.types();
    let has_files = (0..kinds.length()).any(|index| kinds.get(index).as_string().as_deref() == Some("Files"));
    has_files.then(|| data.files().and_then(|files| files.get(0)))
}
