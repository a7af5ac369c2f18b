//! A gate for readers. SQLite can restart its write-ahead log only while nobody reads. If reads overlap
//! without a pause, the log grows without end. So the writer closes the gate when the log is long: current
//! reads finish, and new ones wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::InterruptHandle;

/// The longest wait of a reader at a closed gate. Afterwards the gate opens, whatever the writer does.
const WAIT: Duration = Duration::from_millis(500);

/// The gate.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    /// Whether the gate is closed for good.
    over: bool,
    next: u64,
    readers: Vec<(u64, InterruptHandle)>,
}

/// A read in progress. Dropping it ends it.
#[must_use]
pub(super) struct Reading<'a> {
    gate: &'a Gate,
    number: u64,
}

impl Gate {
    /// Enters as soon as the gate is open; `None` if it never opens again.
    pub(super) fn enter(&self, interrupt: InterruptHandle) -> Option<Reading<'_>> {
        let deadline = Instant::now() + WAIT;
        let mut state = self.state();
        while state.closed && !state.over {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.closed = false;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.over {
            return None;
        }
        state.next += 1;
        let number = state.next;
        state.readers.push((number, interrupt));
        Some(Reading { gate: self, number })
    }

    /// Closes the gate; true if nobody is reading.
    pub(super) fn close(&self) -> bool {
        let mut state = self.state();
        state.closed = true;
        state.readers.is_empty()
    }

    /// Opens the gate.
    pub(super) fn open(&self) {
        self.state().closed = false;
        self.changed.notify_all();
    }

    /// Waits briefly until nobody is reading; true if so.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        self.left(patience, |_| {})
    }

    /// Interrupts all reads and waits briefly until they have ended; true if so.
    pub(super) fn clear(&self, patience: Duration) -> bool {
        self.left(patience, InterruptHandle::interrupt)
    }

    fn left(&self, patience: Duration, to_each: impl Fn(&InterruptHandle)) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.state();
        while !state.readers.is_empty() {
            state.readers.iter().for_each(|(_, reader)| to_each(reader));
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            // Repeatedly, because an interrupt doesn't affect a statement that begins after it.
            let left = left.min(Duration::from_millis(5));
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Interrupts all reads and closes the gate for good.
    pub(super) fn end(&self) {
        self.state().over = true;
        self.changed.notify_all();
        self.clear(Duration::from_secs(1));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.readers.retain(|(number, _)| *number != self.number);
        drop(state);
        self.gate.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn handle() -> InterruptHandle {
        Connection::open_in_memory().expect("a database").get_interrupt_handle()
    }

    #[test]
    fn a_closed_gate_lets_nobody_in_and_is_empty_once_all_have_left() {
        let gate = Gate::default();
        let reading = gate.enter(handle()).expect("open");
        assert!(!gate.close());
        drop(reading);
        assert!(gate.close());
        std::thread::scope(|scope| {
            let late = scope.spawn(|| gate.enter(handle()).is_some());
            gate.open();
            assert!(late.join().expect("an end"));
        });
    }

    #[test]
    fn a_gate_that_nobody_opens_opens_by_itself() {
        let gate = Gate::default();
        gate.close();
        assert!(gate.enter(handle()).is_some());
    }

    #[test]
    fn a_gate_that_has_ended_lets_nobody_in() {
        let gate = Gate::default();
        gate.end();
        assert!(gate.enter(handle()).is_none());
    }
}
