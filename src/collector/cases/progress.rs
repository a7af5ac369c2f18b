//! The states of a case, and the actions between them.

use serde::{Deserialize, Serialize};

/// The state of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum State {
    /// Nobody has taken it.
    New,
    /// A person is working on it.
    Taken,
    /// The customer has heard from the shop.
    Contacted,
    /// The problem is solved.
    Solved,
    /// The customer knows what was done: the case is closed.
    Told,
    /// It was solved or closed, but is open after all. Nobody has taken it again.
    Reopened,
}

impl State {
    /// All states, ordered by the stored number.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Taken, Self::Contacted, Self::Solved, Self::Told, Self::Reopened];

    /// Its number, which is stored.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The state with that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Taken => "taken",
            Self::Contacted => "contacted",
            Self::Solved => "solved",
            Self::Told => "told",
            Self::Reopened => "reopened",
        }
    }

    /// Whether nothing is left to do.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Told)
    }

    /// The state after an action; `None` if the action isn't possible now.
    ///
    /// A person may take over another's open case; its state stays the same.
    pub const fn after(self, action: Action) -> Option<Self> {
        match (action, self) {
            (Action::Take, Self::New | Self::Reopened) => Some(Self::Taken),
            (Action::Take, Self::Taken | Self::Contacted | Self::Solved)
            | (Action::Note | Action::Cause, _) => Some(self),
            (Action::Contact, Self::Taken) | (Action::Reply, Self::Taken | Self::Contacted) => {
                Some(Self::Contacted)
            }
            (Action::Solve, Self::Taken | Self::Contacted) => Some(Self::Solved),
            (Action::Tell, Self::Solved) => Some(Self::Told),
            (Action::Reopen, Self::Solved | Self::Told) => Some(Self::Reopened),
            _ => None,
        }
    }
}

impl TryFrom<String> for State {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{name:?} is no state; give one of {names}")
        })
    }
}

impl From<State> for String {
    fn from(state: State) -> Self {
        state.name().to_owned()
    }
}

/// A person's action on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Starts to work on it.
    Take,
    /// Has contacted the customer.
    Contact,
    /// Has solved the problem.
    Solve,
    /// Has told the customer what was done.
    Tell,
    /// Finds that it isn't solved after all.
    Reopen,
    /// Writes a note.
    Note,
    /// Names the cause.
    Cause,
    /// Writes to the customer by e-mail, before it is solved.
    Reply,
}

impl Action {
    /// All actions, in their usual order.
    pub const ALL: [Self; 8] = [
        Self::Take,
        Self::Contact,
        Self::Solve,
        Self::Tell,
        Self::Reopen,
        Self::Note,
        Self::Cause,
        Self::Reply,
    ];

    /// Its name in the database and in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Contact => "contact",
            Self::Solve => "solve",
            Self::Tell => "tell",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Cause => "cause",
            Self::Reply => "reply",
        }
    }

    /// The action with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_way_of_a_case_is_taken_contacted_solved_told() {
        let way = [Action::Take, Action::Contact, Action::Solve, Action::Tell];
        let states = way.iter().scan(State::New, |state, action| {
            *state = state.after(*action)?;
            Some(*state)
        });
        let expected = [State::Taken, State::Contacted, State::Solved, State::Told];
        assert_eq!(states.collect::<Vec<_>>(), expected);
        assert_eq!(State::Told.after(Action::Reopen), Some(State::Reopened));
        assert_eq!(State::Reopened.after(Action::Take), Some(State::Taken));
    }

    #[test]
    fn nothing_is_skipped() {
        for (state, action) in [
            (State::New, Action::Contact),
            (State::New, Action::Solve),
            (State::Taken, Action::Tell),
            (State::Contacted, Action::Tell),
            (State::Reopened, Action::Solve),
            (State::New, Action::Reopen),
            (State::New, Action::Reply),
            (State::Solved, Action::Reply),
            (State::Told, Action::Take),
            (State::Told, Action::Tell),
        ] {
            assert_eq!(state.after(action), None, "{state:?} {action:?}");
        }
    }

    #[test]
    fn names_and_numbers_stand_for_one_each() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.name()), Some(action));
        }
        for state in State::ALL {
            assert_eq!(State::from_number(state.number()), Some(state));
        }
        assert_eq!((Action::parse("close"), State::from_number(6)), (None, None));
    }

    proptest! {
        #[test]
        fn a_case_is_closed_only_by_telling_the_customer_of_a_solution(
            actions in prop::collection::vec(prop::sample::select(Action::ALL.to_vec()), 0..40)
        ) {
            let mut state = State::New;
            let mut solved = false;
            for action in actions {
                let Some(next) = state.after(action) else { continue };
                if next.is_closed() && !state.is_closed() {
                    prop_assert!(action == Action::Tell && solved);
                }
                solved = match action {
                    Action::Solve => true,
                    Action::Reopen => false,
                    _ => solved,
                };
                state = next;
            }
        }
    }
}
