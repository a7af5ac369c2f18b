//! How a case goes from state to state.

/// How far a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has taken it.
    New,
    /// Somebody works at it.
    Taken,
    /// The customer has heard from the shop.
    Contacted,
    /// What was wrong is put right.
    Solved,
    /// The customer knows what was done: the case is closed.
    Told,
    /// It was solved or closed, and is not after all. Nobody has taken it again.
    Reopened,
}

impl State {
    /// Every one of them, by the number that is stored.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Taken, Self::Contacted, Self::Solved, Self::Told, Self::Reopened];

    /// Its number, which is what is stored.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The one of that number.
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

    /// Where an action leads to; `None` if it can't be done now.
    ///
    /// A case that somebody else has may be taken over while it is open: it stays as far as it is.
    pub const fn after(self, action: Action) -> Option<Self> {
        match (action, self) {
            (Action::Take, Self::New | Self::Reopened) => Some(Self::Taken),
            (Action::Take, Self::Taken | Self::Contacted | Self::Solved)
            | (Action::Note | Action::Cause, _) => Some(self),
            (Action::Contact, Self::Taken) => Some(Self::Contacted),
            (Action::Solve, Self::Taken | Self::Contacted) => Some(Self::Solved),
            (Action::Tell, Self::Solved) => Some(Self::Told),
            (Action::Reopen, Self::Solved | Self::Told) => Some(Self::Reopened),
            _ => None,
        }
    }
}

/// What somebody does to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Works at it from now on.
    Take,
    /// Has been in touch with the customer.
    Contact,
    /// Has put right what was wrong.
    Solve,
    /// Has told the customer what was done.
    Tell,
    /// Finds it not solved after all.
    Reopen,
    /// Writes something down.
    Note,
    /// Says what caused it.
    Cause,
}

impl Action {
    /// Every one of them, in the order in which they are done.
    pub const ALL: [Self; 7] =
        [Self::Take, Self::Contact, Self::Solve, Self::Tell, Self::Reopen, Self::Note, Self::Cause];

    /// Its name, as it is stored and as forms send it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Contact => "contact",
            Self::Solve => "solve",
            Self::Tell => "tell",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::Cause => "cause",
        }
    }

    /// The one of that name.
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
