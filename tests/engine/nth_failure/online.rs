//! What a user with a server does, and what may be said of it: nothing is confirmed that the server
//! does not have, no write goes without its base, a key stands for one request, and what was
//! discarded is not sent any more.

use super::promise::State;
use super::world::{Player, Promised, World};
use crate::disk::{DEVICE, Disk, MEMORY, TAB};
use crate::line::Line;
use crate::model_server::Stored;
use crate::tab::Tab;
use keepfast::engine::{Answer, Choice, Event, SaveTrack, SyncTrack};
use keepfast::protocol::Request;
use keepfast::record::Drawer;
use std::collections::BTreeMap;

impl World {
    /// From here on there is a server.
    pub fn connect(&mut self) {
        self.line = Some(Line::new());
    }

    pub fn line(&self) -> &Line {
        self.line.as_ref().expect("the story has a server")
    }

    pub fn save(&mut self, name: &str) {
        let Some(document) = self.number(name) else { return };
        let request = self.wish(name, Promised::Nothing);
        self.send(Event::Save { request, document });
    }

    pub fn resolve(&mut self, name: &str, choice: Choice) {
        let Some(document) = self.number(name) else { return };
        let request = self.wish(name, Promised::Nothing);
        self.send(Event::Resolve { request, document, choice });
    }

    pub fn sync(&mut self) {
        let request = self.here().ask();
        self.send(Event::Sync { request });
    }

    /// The network is gone, and whoever may know says so; or it is back.
    pub fn go_offline(&mut self) {
        self.send(Event::Offline);
    }

    pub fn go_online(&mut self) {
        self.send(Event::Online);
    }

    /// This tab dies, and nobody else.
    pub fn kill_here(&mut self) {
        let at = self.place();
        self.players.remove(at).tab.kill();
        self.go_to(self.players.len().saturating_sub(1));
    }

    /// Another device puts a value into the document and saves it, past all that goes wrong here.
    pub fn put_elsewhere(&mut self, name: &str, at: &str, text: &str) {
        let line = self.line().clone();
        let Some(before) = line.text(name) else { return };
        let apart = line.copy();
        apart.heal();
        apart.sign_in();
        let mut tab = Tab::on_line(&Disk::default(), &apart, "writer-elsewhere-1");
        let document = tab.load_from_server(name);
        tab.put(document, at, text);
        tab.save(document);
        let push = apart.writes().into_iter().next_back().expect("it was saved");
        assert_eq!(line.tell(&push).status, 200, "{before}");
        let theirs = line.stored(name).as_ref().and_then(state_of).expect("it was just saved");
        self.promises.entry(name.into()).or_default().accept_elsewhere(theirs);
    }

    /// Another device deletes the document.
    pub fn delete_elsewhere(&mut self, name: &str) {
        if self.line().text(name).is_some() {
            self.line().delete(name);
        }
    }

    /// What the server has had of a document.
    pub fn history(&self, name: &str) -> Vec<State> {
        let line = self.line.iter();
        line.flat_map(|line| line.history(name)).filter_map(|it| state_of(&it)).collect()
    }

    /// What may be said of every request so far.
    pub fn check_requests(&self) {
        let Some(line) = &self.line else { return };
        let mut keys: BTreeMap<String, Request> = BTreeMap::new();
        for request in line.writes() {
            let has_base = request.headers.has("if-match") || request.headers.has("if-none-match");
            assert!(has_base, "a write without its base: {request:?}");
            let key = request.headers.value("idempotency-key").expect("a write has a key");
            let known = keys.entry(key.into()).or_insert_with(|| request.clone());
            assert_eq!(*known, request, "one key, two requests");
        }
        for (name, promise) in &self.promises {
            for (from, dropped) in &promise.dropped_at {
                let later = line.writes().into_iter().skip(*from);
                let is_dropped = promise.dropped.contains(dropped);
                let carries = |it: &Request| is_dropped && it.body_has(&dropped.text);
                assert!(!later.into_iter().any(|it| carries(&it)), "{name}: {dropped:?} was sent");
            }
        }
    }

    /// The user comes back, signs in, saves what is not saved and decides what is to be decided;
    /// then everything is where it belongs.
    pub fn settle(&mut self) {
        let Some(line) = self.line.clone() else { return };
        for at in 0..self.players.len() {
            self.go_to(at);
            line.sign_in();
            self.send(Event::SignedIn);
            self.send(Event::Shown);
            self.wait(120_000);
        }
        for at in 0..self.players.len() {
            self.go_to(at);
            self.wait(60_000);
        }
        self.check(true);
        // A decision can meet what somebody else has done meanwhile, and is made once more.
        for _ in 0..3 {
            (0..self.players.len()).for_each(|at| self.decide(at));
        }
        self.check_rest();
    }

    /// The user looks at this tab and does what there is to do.
    fn decide(&mut self, at: usize) {
        self.go_to(at);
        self.wait(60_000);
        for name in self.here().open.keys().cloned().collect::<Vec<_>>() {
            let document = self.here().open[&name];
            let status = self.here().tab.status(document);
            match status.sync {
                SyncTrack::Conflict | SyncTrack::Gone => self.resolve(&name, Choice::Mine),
                _ if status.dirty => self.save(&name),
                _ => {}
            }
            self.wait(60_000);
        }
    }

    /// Everybody has what the server has, and nothing is on its way.
    fn check_rest(&self) {
        for player in &self.players {
            for (name, id) in &player.open {
                let status = player.tab.status(*id);
                assert!(!status.dirty, "{name}: {status:?}");
                assert_eq!(status.error, None, "{name}: {status:?}");
                assert_eq!((status.sync, status.save), (SyncTrack::Ok, SaveTrack::Saved));
                let stored = self.line().stored(name);
                let theirs = stored.as_ref().and_then(state_of);
                assert_eq!(theirs, Some(player.state(*id)), "{name}: {status:?}");
            }
        }
        let outbox = [DEVICE, TAB, MEMORY].map(|store| self.disk.keys(store, Drawer::Outbox));
        if !self.players.is_empty() {
            assert_eq!(outbox, [const { Vec::new() }; 3], "something is still on its way");
        }
    }
}

impl Player {
    /// What is said to be confirmed is what the server has, or has had (I10).
    pub(super) fn check_confirmed(&self, line: &Line) {
        for (name, id) in &self.open {
            let status = self.tab.status(*id);
            let history = line.history(name);
            assert!(status.acknowledged <= status.accepted, "{name}: {status:?}");
            if let Some((_, state)) = self.states.get(&(*id, status.acknowledged)) {
                let is_known = history.iter().filter_map(state_of).any(|it| it == *state);
                let is_known = is_known || status.acknowledged == 0;
                assert!(is_known, "{name} has not reached the server: {state:?}, {status:?}");
            }
            if let (Some(revision), Some(digest)) = (status.revision, &status.base_digest) {
                let is_base = |it: &Stored| {
                    let position = it.standing.position;
                    let own = position.digest.map(|own| hex(&own));
                    position.revision.value() == revision && own.as_ref() == Some(digest)
                };
                assert!(history.iter().any(is_base), "{name}: never a base: {status:?}");
            }
            assert!(status.save != SaveTrack::Saved || !status.dirty, "{name}: {status:?}");
        }
    }

    /// An answer that says saved says so of something that the server has had.
    pub(super) fn check_answer(&self, line: &Line, name: &str, answer: Option<&Answer>) {
        let Some(Answer::Saved { revision, digest }) = answer else { return };
        let is_it = |it: &Stored| {
            let position = it.standing.position;
            position.revision.value() == *revision && position.digest == Some(*digest)
        };
        assert!(line.history(name).iter().any(is_it), "{name}: {answer:?}");
    }
}

/// Whether the body of a request has a text in it.
trait Carries {
    fn body_has(&self, text: &str) -> bool;
}

impl Carries for Request {
    fn body_has(&self, text: &str) -> bool {
        self.body.windows(text.len()).any(|it| it == text.as_bytes())
    }
}

/// The state of a document on the server; nothing if it is deleted.
pub(super) fn state_of(stored: &Stored) -> Option<State> {
    let text = stored.content.as_ref()?.text().to_vec();
    Some(State {
        title: stored.standing.metadata.title.clone(),
        description: stored.standing.metadata.description.clone(),
        text: String::from_utf8(text).expect("canonical text is UTF-8"),
    })
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
