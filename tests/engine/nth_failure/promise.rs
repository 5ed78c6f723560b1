//! What a user may count on for one document. Every state that was accepted has a rank: which came
//! later, whichever tab it was accepted in. Knows nothing of how the states are found again.

use keepfast::engine::Opened;

/// A document as the app sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub title: String,
    pub description: Option<String>,
    pub text: String,
}

/// What the user may count on for one document.
#[derive(Default, Debug)]
pub struct Promise {
    /// Every state that an engine accepted, under its rank; 0 is the rank of what others saved.
    accepted: Vec<(u64, State)>,
    /// The newest rank that was reported stored in a store that survives the tab.
    pub stored: u64,
    /// The newest rank that is saved.
    pub saved: u64,
    /// The newest rank that the server was said to have.
    pub confirmed: u64,
    /// What the user dropped, and was told that it is gone.
    pub dropped: Vec<State>,
    /// The same, and how many writes were sent before it was told.
    pub dropped_at: Vec<(usize, State)>,
    /// A document that was never saved was dropped, or is being dropped.
    pub may_be_gone: bool,
}

impl Promise {
    /// The app has made this of the document; gives back its rank.
    pub fn accept(&mut self, state: State) -> u64 {
        let rank = self.accepted.iter().map(|(rank, _)| rank).max().unwrap_or(&0) + 1;
        self.accept_as(rank, state);
        rank
    }

    /// The same under a rank that is given.
    pub fn accept_as(&mut self, rank: u64, state: State) {
        self.dropped.retain(|dropped| *dropped != state);
        self.accepted.push((rank, state));
    }

    /// Somebody else has saved this.
    pub fn accept_elsewhere(&mut self, state: State) {
        self.accepted.push((0, state));
    }

    /// The newest rank under which the document was in this state.
    pub fn rank(&self, state: &State) -> Option<u64> {
        let equal = self.accepted.iter().filter(|(_, accepted)| accepted == state);
        equal.map(|(rank, _)| *rank).max()
    }

    /// The same, where the server has had these states: each stands for those before it.
    pub fn rank_among(&self, state: &State, history: &[State]) -> Option<u64> {
        let at = history.iter().rposition(|it| it == state);
        let before = &history[..at.map_or(0, |at| at + 1)];
        let absorbed = before.iter().filter_map(|it| self.rank(it)).max();
        self.rank(state).max(absorbed)
    }

    /// What is not saved is dropped.
    pub fn go_back(&mut self) {
        let saved = self.saved.max(self.confirmed);
        self.may_be_gone |= saved == 0;
        self.stored = saved;
    }

    /// States that the document has been in and that are not the one that is saved.
    pub fn unsaved(&self) -> Vec<State> {
        let saved = self.saved.max(self.confirmed);
        let saved = self.accepted.iter().find(|(rank, _)| *rank == saved);
        let states = self.accepted.iter().map(|(_, state)| state);
        states.filter(|state| Some(*state) != saved.map(|(_, it)| it)).cloned().collect()
    }
}

pub fn state_of(opened: &Opened) -> State {
    let text = String::from_utf8(opened.text.clone()).expect("canonical text is UTF-8");
    State { title: opened.title.clone(), description: opened.description.clone(), text }
}
