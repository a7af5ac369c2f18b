//! The outbox of a visit's browser: the shipping one, or one deliberately broken by a script between the
//! widget and the browser. Each broken outbox is sound without faults. So it gives the widget a receipt
//! wherever it considers itself done, because the widget would otherwise try again.

use super::Trial;

/// The kind of the browser's outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outbox {
    /// As it ships.
    Works,
    /// Without storage for answers; faults last as long as the browser.
    Off,
    /// Each try has another id.
    NewIds,
    /// Answers have no id, like those of forms, and only the score.
    NoIds,
    /// Keeps nothing, and sends only after four seconds, like clients that send in batches.
    Tardy,
    /// Keeps nothing, and only the tab that was open first sends.
    OneTab,
    /// Passes all answers of this page on to the next page, for it to send.
    HandsOver,
    /// Accepts any 2xx as a receipt, as many clients do.
    Believes,
    /// Drops answers from outside the last ten minutes, by the collector's clock.
    Punctual,
}

/// Forbidden storage, as by a browser's settings or a sandbox.
pub const FORBIDDEN: &str = "for (const name of ['localStorage', 'indexedDB'])
    Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });";

/// Wraps `fetch`: BODY sees every answer before it is sent.
const WRAPPED: &str = "{ const original = window.fetch;
    window.fetch = async (...asked) => {
        const request = new Request(...asked);
        if (request.method != 'POST') return original(...asked);
        const answer = JSON.parse(await request.clone().text());
        const receipt = () => Response.json({ id: answer.id, rev: answer.rev });
        BODY
    }; }";

const NEW_IDS: &str = "const body = JSON.stringify({ ...answer, id: crypto.randomUUID() });
    const reply = await original(new Request(request, { body }));
    return reply.ok ? receipt() : reply;";

const NO_IDS: &str = "const { survey, touchpoint, customer, score } = answer;
    const body = new URLSearchParams({ survey, touchpoint, customer, score });
    const reply = await original(request.url, { method: 'POST', keepalive: true, body });
    return reply.ok ? receipt() : reply;";

const TARDY: &str = "await new Promise((done) => setTimeout(done, 4000));
    return original(request);";

const ONE_TAB: &str = "if (await window.first) return original(request);
    return new Promise(() => {});";

/// Whether this tab was open first: it holds a lock for all its life.
const FIRST: &str = "window.first = new Promise((tell) => navigator.locks.request('first',
    { ifAvailable: true }, (lock) => { tell(lock !== null); return lock && new Promise(() => {}); }));";

const HANDS_OVER: &str = "window.gathered.set(answer.id, answer);
    return receipt();";

/// Every page sends what the previous one has passed on, and passes on its own answers.
const HANDED_OVER: &str = "window.gathered = new Map();
    const handed = JSON.parse(localStorage.handed ?? '[]');
    delete localStorage.handed;
    for (const answer of handed) fetch('/v1/answers', { method: 'POST',
        body: JSON.stringify({ ...answer, id: crypto.randomUUID() }) });
    addEventListener('pagehide', () => localStorage.handed = JSON.stringify([...gathered.values()]));";

const BELIEVES: &str = "const reply = await original(request);
    return reply.ok ? receipt() : reply;";

const PUNCTUAL: &str = "const there = new Date((await original('/healthz')).headers.get('date'));
    if (Math.abs(Date.now() - there) > 600000) return receipt();
    return original(request);";

impl Outbox {
    /// The scripts that break it, before any script of a page.
    pub(super) fn scripts(self) -> Vec<String> {
        let wrapped = |body| WRAPPED.replace("BODY", body);
        let forbidden = FORBIDDEN.to_owned();
        match self {
            Self::Works => vec![],
            Self::Off => vec![forbidden],
            Self::NewIds => vec![wrapped(NEW_IDS)],
            Self::NoIds => vec![wrapped(NO_IDS)],
            Self::Tardy => vec![forbidden, wrapped(TARDY)],
            Self::OneTab => vec![forbidden, FIRST.to_owned(), wrapped(ONE_TAB)],
            Self::HandsOver => vec![HANDED_OVER.to_owned(), wrapped(HANDS_OVER)],
            Self::Believes => vec![wrapped(BELIEVES)],
            Self::Punctual => vec![wrapped(PUNCTUAL)],
        }
    }

    /// Whether only the trial's own fault occurs, without network faults, so that a broken client's losses
    /// come from the trial.
    pub(super) fn spares_the_network(self, trial: Trial) -> bool {
        self != Self::Works && !matches!(trial, Trial::Fault(_))
    }

    /// Whether an answer that is sent twice becomes two answers.
    pub(super) fn has_no_lasting_ids(self) -> bool {
        matches!(self, Self::NewIds | Self::NoIds)
    }

    /// Whether the customer gives only the score.
    pub(super) fn sends_scores_alone(self) -> bool {
        self == Self::NoIds
    }

    /// How long a customer stays at most without another event to wait for, in milliseconds.
    pub(super) fn stays(self) -> Option<u64> {
        match self {
            Self::NewIds => Some(4_000),
            _ => None,
        }
    }
}
