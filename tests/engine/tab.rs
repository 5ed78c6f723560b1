//! One tab of the scenarios: an engine, the app's values, and a clock that the test turns. Answers
//! effects as the shell does; writes can be held back to show what happens in between.

use crate::disk::Disk;
use crate::line::{Coming, Line};
use keepfast::engine::{
    Answer, ArrivedBase, Batch, Capture, CollectionOptions, Config, DocumentId, DraftName,
    DraftSummary, Durability, Effect, Engine, EngineError, Event, Hint, Instant, Notice, Now,
    Opened, Options, Recovery, RemoteOptions, Request, Status, StoreError, StoreId, Token,
};
use keepfast::json;
use keepfast::record::Drawer;
use keepfast::replica::{Edit, Replica};
use std::collections::BTreeMap;
use std::rc::Rc;

mod by_hand;
mod late;

/// One tab.
pub struct Tab {
    pub engine: Engine,
    pub disk: Disk,
    pub writer: String,
    now: Now,
    apps: BTreeMap<DocumentId, App>,
    answers: BTreeMap<Request, Answer>,
    pub notices: Vec<Notice>,
    /// Every write that was sent: its store, its durability (nothing for an exit), its batch.
    pub writes: Vec<(StoreId, Option<Durability>, Batch)>,
    /// Effects of the last drain, as words.
    pub statuses: Vec<(DocumentId, Rc<Status>)>,
    /// What the app was given in place of its own: title and description; the text is in `value`.
    pub applied: Vec<(DocumentId, String, Option<String>)>,
    /// What the other tabs were told.
    pub announced: Vec<Hint>,
    /// Copies that the shell was told of, with the requests that they are made for.
    pub copies: Vec<(Request, Opened)>,
    is_holding: bool,
    held: Vec<(Token, StoreId, Batch)>,
    /// Exit writes to this store are sent and never arrive.
    lost_exits: Option<StoreId>,
    /// Effects carried out so far.
    pub carried_out: u64,
    last_request: u64,
    /// Captures that are not answered yet, while they are held back.
    late_captures: Option<Vec<Event>>,
    /// The way to the server, if there is one.
    line: Option<Line>,
    /// Requests that are not sent yet, while they are held back.
    late_requests: Option<Vec<(Token, keepfast::protocol::Request)>>,
    /// What came back and is not told yet, while it is held back.
    late_answers: Option<Vec<Event>>,
    /// Answers that come a second time.
    echoes: Vec<Event>,
    /// What `migrate` of the collection does; nothing fails.
    pub migrate: fn(u32, &str) -> Option<String>,
}

/// What the app holds of a document.
#[derive(Clone)]
struct App {
    value: Replica,
    edits: Vec<Edit>,
    /// Edits do not tell everything: the value was mutated in place.
    in_place: bool,
    unspeakable: Option<String>,
    /// The shell knows what has changed, not only the whole.
    tells_edits: bool,
}

/// Options with one collection `notes`.
pub fn options(writer: &str) -> Options {
    let collections = [("notes".to_string(), CollectionOptions::default())].into();
    Options {
        workspace: "acme".into(),
        writer: writer.into(),
        stores: Disk::ladder(),
        collections,
        recovery: Recovery::Apply,
        ..Options::default()
    }
}

impl Tab {
    pub fn new(disk: &Disk, writer: &str) -> Tab {
        Tab::with(disk, options(writer))
    }

    pub fn with(disk: &Disk, options: Options) -> Tab {
        let mut tab = Tab::with_line(disk, options, None);
        tab.drain();
        tab
    }

    fn with_line(disk: &Disk, options: Options, line: Option<Line>) -> Tab {
        let now = Now { instant: Instant(1_000), wall: 1_700_000_000_000 };
        let writer = options.writer.clone();
        disk.set_alive(&writer, true);
        let config = Config::parse(options).expect("the options of a scenario are valid");
        Tab {
            engine: Engine::new(config, now),
            disk: disk.clone(),
            writer,
            now,
            apps: BTreeMap::new(),
            answers: BTreeMap::new(),
            notices: Vec::new(),
            writes: Vec::new(),
            statuses: Vec::new(),
            applied: Vec::new(),
            announced: Vec::new(),
            copies: Vec::new(),
            is_holding: false,
            held: Vec::new(),
            lost_exits: None,
            carried_out: 0,
            last_request: 0,
            late_captures: None,
            line,
            late_requests: None,
            late_answers: None,
            echoes: Vec::new(),
            migrate: |_, text| Some(text.into()),
        }
    }

    /// A tab of an app whose documents are saved to a server.
    pub fn on_line(disk: &Disk, line: &Line, writer: &str) -> Tab {
        Tab::on_line_with(disk, line, options(writer))
    }

    /// The same with these options.
    pub fn on_line_with(disk: &Disk, line: &Line, options: Options) -> Tab {
        let remote = options.remote.or(Some(RemoteOptions::default()));
        let options = Options { remote, ..options };
        let mut tab = Tab::with_line(disk, options, Some(line.clone()));
        tab.drain();
        tab
    }

    /// From here on requests are not sent.
    pub fn hold_requests(&mut self) {
        self.late_requests.get_or_insert_default();
    }

    /// How many requests are held back.
    pub fn held_requests(&self) -> usize {
        self.late_requests.as_ref().map_or(0, Vec::len)
    }

    /// Sends the requests that were held back, and everything after them.
    pub fn release_requests(&mut self) {
        for (token, request) in self.late_requests.take().unwrap_or_default() {
            let event = self.ask_server(token, &request);
            self.send(event);
        }
    }

    /// Loads a document that only the server has.
    pub fn load_from_server(&mut self, id: &str) -> DocumentId {
        self.load(id).expect("the server has it").document
    }

    /// Asks for a save; see `answer`.
    pub fn save(&mut self, document: DocumentId) -> Request {
        self.ask(|request| Event::Save { request, document })
    }

    /// Hands over an event and carries out what follows.
    pub fn send(&mut self, event: Event) {
        self.engine.handle_event(event, self.now);
        self.drain();
    }

    fn drain(&mut self) {
        let mut events = std::collections::VecDeque::new();
        for turn in 0.. {
            assert!(turn < TURNS_MAX, "the engine asks for one thing after another without end");
            while let Some(effect) = self.engine.poll_effect() {
                events.extend(self.carry_out(effect));
            }
            events.extend(self.echoes.drain(..));
            let Some(event) = events.pop_front() else { return };
            self.engine.handle_event(event, self.now);
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        self.carried_out += 1;
        match effect {
            Effect::OpenStore { store } => Some(match self.disk.can_open(store) {
                Ok(()) => Event::StoreOpened { store },
                Err(error) => Event::StoreFailed { store, error },
            }),
            Effect::Read { token, store, prefix } => Some(match self.disk.read(store, &prefix) {
                Ok(entries) => Event::ReadDone { token, entries },
                Err(error) => Event::ReadFailed { token, error },
            }),
            Effect::Write { token, store, batch, durability } => {
                self.begin_write(token, store, batch, durability)
            }
            Effect::WriteNow { token, store, batch } => {
                self.writes.push((store, None, batch.clone()));
                let arrives = self.lost_exits != Some(store);
                arrives.then(|| self.write(token, store, &batch))
            }
            Effect::ListWriters { token } => {
                Some(Event::WritersListed { token, alive: self.disk.alive() })
            }
            Effect::Send { token, request } => self.send_request(token, request),
            Effect::RenewToken { token } => Some(self.renew_token(token)),
            Effect::Announce { hint } => {
                self.announced.push(hint);
                None
            }
            Effect::Capture { document, token, whole } => {
                let captured = self.capture(document, token, whole);
                held_back(&mut self.late_captures, captured)
            }
            Effect::Migrate { token, to, text, .. } => {
                let text = String::from_utf8(text).expect("canonical text is UTF-8");
                Some(match (self.migrate)(to, &text) {
                    Some(text) => Event::Migrated { token, text: text.into_bytes() },
                    None => Event::MigrateFailed { token, reason: "it threw".into() },
                })
            }
            Effect::Apply { document, title, description, text } => {
                self.applied.push((document, title, description));
                if let Some(text) = text {
                    self.apps.insert(document, App::new(&text));
                }
                None
            }
            Effect::Copied { request, opened } => self.take_copy(request, opened),
            Effect::Answer { request, answer } => self.take_answer(request, answer),
            Effect::StatusChanged { document, status } => {
                self.statuses.push((document, status));
                None
            }
            Effect::HealthChanged { .. } => None,
            Effect::Notify(notice) => {
                self.notices.push(notice);
                None
            }
        }
    }

    fn take_copy(&mut self, request: Request, opened: Opened) -> Option<Event> {
        self.apps.insert(opened.document, App::new(&opened.text));
        self.copies.push((request, opened));
        None
    }

    fn take_answer(&mut self, request: Request, answer: Answer) -> Option<Event> {
        if let Answer::Opened(opened) = &answer {
            self.apps.entry(opened.document).or_insert_with(|| App::new(&opened.text));
        }
        let earlier = self.answers.insert(request, answer);
        assert!(earlier.is_none(), "a request is answered once");
        None
    }

    fn send_request(
        &mut self,
        token: Token,
        request: keepfast::protocol::Request,
    ) -> Option<Event> {
        if let Some(late) = &mut self.late_requests {
            late.push((token, request));
            return None;
        }
        let event = self.ask_server(token, &request);
        held_back(&mut self.late_answers, Some(event))
    }

    fn ask_server(&mut self, token: Token, request: &keepfast::protocol::Request) -> Event {
        let line = self.line.as_ref().expect("only with a server is anything sent");
        match line.ask(request) {
            Coming::Once(response) => Event::Responded { token, response: Box::new(response) },
            Coming::Twice(response) => {
                let response = Box::new(response);
                self.echoes.push(Event::Responded { token, response: response.clone() });
                Event::Responded { token, response }
            }
            Coming::Nothing(error) => Event::SendFailed { token, error },
        }
    }

    fn renew_token(&self, token: Token) -> Event {
        let line = self.line.as_ref().expect("only a server refuses a token");
        match line.renew() {
            true => Event::TokenRenewed { token },
            false => Event::TokenRefused { token },
        }
    }

    fn begin_write(
        &mut self,
        token: Token,
        store: StoreId,
        batch: Batch,
        durability: Durability,
    ) -> Option<Event> {
        // The lease is about no document: scenarios about documents do not see it.
        if !is_of_lease(&batch) {
            self.writes.push((store, Some(durability), batch.clone()));
            if self.is_holding {
                self.held.push((token, store, batch));
                return None;
            }
        }
        Some(self.write(token, store, &batch))
    }

    fn write(&self, token: Token, store: StoreId, batch: &Batch) -> Event {
        match self.disk.write(store, batch) {
            Ok(()) => Event::Wrote { token },
            Err(error) => Event::WriteFailed { token, error },
        }
    }

    fn capture(&mut self, document: DocumentId, token: Token, whole: bool) -> Option<Event> {
        let app = self.apps.get_mut(&document)?;
        if let Some(pointer) = app.unspeakable.clone() {
            return Some(Event::CaptureFailed { document, token, pointer });
        }
        let edits = std::mem::take(&mut app.edits);
        let text = app.value.canonical();
        let capture = match (app.tells_edits, whole) {
            (false, _) => Capture::Whole(text),
            (true, true) => Capture::Both { edits, text },
            (true, false) => Capture::Edits(edits),
        };
        Some(Event::Captured { document, token, capture })
    }

    /// Turns the clock, stopping wherever the engine wants to be woken.
    pub fn wait(&mut self, ms: u64) {
        let end = self.now.instant.after(ms);
        let mut turns = 0;
        while let Some(at) = self.engine.next_wakeup().filter(|at| *at <= end) {
            self.turn_to(at.max(self.now.instant));
            self.send(Event::TimerFired);
            turns += 1;
            assert!(turns < TURNS_MAX, "the engine wants to be woken again and again");
        }
        self.turn_to(end);
    }

    fn turn_to(&mut self, at: Instant) {
        self.now.wall += at.0 - self.now.instant.0;
        self.now.instant = at;
    }

    /// Time passes, and nothing happens: the tab is frozen.
    pub fn sleep(&mut self, ms: u64) {
        self.turn_to(self.now.instant.after(ms));
    }

    /// Sets the user's clock, which nothing may depend on.
    pub fn set_wall(&mut self, wall: u64) {
        self.now.wall = wall;
    }

    pub fn request(&mut self) -> Request {
        self.last_request += 1;
        Request(self.last_request)
    }

    /// What a request was answered with, if it was.
    pub fn answer(&self, request: Request) -> Option<&Answer> {
        self.answers.get(&request)
    }

    pub fn create(&mut self, id: &str, title: &str, text: &str) -> DocumentId {
        self.create_in("notes", id, title, text)
    }

    pub fn create_in(&mut self, of: &str, id: &str, title: &str, text: &str) -> DocumentId {
        let request = self.request();
        self.send(Event::Create {
            request,
            collection: of.into(),
            document: id.into(),
            title: title.into(),
            description: None,
            text: text.into(),
        });
        match self.answer(request) {
            Some(Answer::Opened(opened)) => opened.document,
            other => panic!("the document was not created: {other:?}"),
        }
    }

    pub fn load(&mut self, id: &str) -> Result<Opened, EngineError> {
        let request = self.request();
        self.send(Event::Load { request, collection: "notes".into(), document: id.into() });
        self.opened(request)
    }

    pub fn recover(&mut self, draft: DraftName) -> Result<Opened, EngineError> {
        let request = self.request();
        self.send(Event::Recover { request, draft });
        self.opened(request)
    }

    fn opened(&self, request: Request) -> Result<Opened, EngineError> {
        match self.answer(request) {
            Some(Answer::Opened(opened)) => Ok(opened.clone()),
            Some(Answer::Failed(error)) => Err(error.clone()),
            other => panic!("neither opened nor refused: {other:?}"),
        }
    }

    pub fn drafts(&mut self) -> Vec<DraftSummary> {
        let request = self.request();
        self.send(Event::ListDrafts { request });
        match self.answer(request) {
            Some(Answer::Drafts { drafts, .. }) => drafts.clone(),
            other => panic!("the drafts were not listed: {other:?}"),
        }
    }

    /// Asks for something that is answered with done or refused.
    pub fn ask(&mut self, event: impl FnOnce(Request) -> Event) -> Request {
        let request = self.request();
        self.send(event(request));
        request
    }

    pub fn is_done(&self, request: Request) -> bool {
        matches!(self.answer(request), Some(Answer::Done))
    }

    /// The app edits its value and says so.
    pub fn edit(&mut self, document: DocumentId, edit: Edit) {
        let app = self.apps.get_mut(&document).expect("the document is open");
        app.value.apply(&edit).expect("the edit of a scenario fits");
        app.edits.push(edit);
        self.send(Event::Changed { document });
    }

    /// The app puts a value and says so.
    pub fn put(&mut self, document: DocumentId, at: &str, text: &str) {
        self.edit(document, Edit::Put { at: at.into(), text: text.as_bytes().into() });
    }

    /// The app mutates its value in place and says nothing.
    pub fn mutate(&mut self, document: DocumentId, at: &str, text: &str) {
        let app = self.apps.get_mut(&document).expect("the document is open");
        let edit = Edit::Put { at: at.into(), text: text.as_bytes().into() };
        app.value.apply(&edit).expect("the edit of a scenario fits");
        app.in_place = true;
    }

    /// The app puts a value, and the shell reports something else.
    pub fn put_misreported(
        &mut self,
        document: DocumentId,
        (at, text): (&str, &str),
        report: Edit,
    ) {
        self.mutate(document, at, text);
        self.apps.get_mut(&document).expect("the document is open").edits.push(report);
        self.send(Event::Changed { document });
    }

    /// From here on the shell knows the value of the app as a whole only.
    pub fn forget_edits(&mut self, document: DocumentId) {
        self.apps.get_mut(&document).expect("the document is open").tells_edits = false;
    }

    /// From here on exit writes to this store are sent and never arrive: the browser dies first.
    pub fn lose_exits(&mut self, store: StoreId) {
        self.lost_exits = Some(store);
    }

    /// From here on the app's value has something that JSON cannot say, or nothing any more.
    pub fn set_unspeakable(&mut self, document: DocumentId, pointer: Option<&str>) {
        let app = self.apps.get_mut(&document).expect("the document is open");
        app.unspeakable = pointer.map(String::from);
    }

    /// What the app holds.
    pub fn value(&self, document: DocumentId) -> String {
        let app = self.apps.get(&document).expect("the document is open");
        String::from_utf8(app.value.canonical()).expect("canonical text is UTF-8")
    }

    /// The current content is confirmed as saved under this revision.
    pub fn saved(&mut self, document: DocumentId, revision: u64, title: &str) {
        let text = self.value(document);
        self.base(document, true, revision, (title, &text));
    }

    /// A base arrives.
    pub fn base(&mut self, document: DocumentId, is_own: bool, revision: u64, of: (&str, &str)) {
        let base = ArrivedBase {
            is_own,
            revision,
            metadata_revision: revision,
            title: of.0.into(),
            description: None,
            text: of.1.into(),
        };
        self.send(Event::BaseArrived { document, base: Box::new(base) });
    }

    pub fn status(&self, document: DocumentId) -> Rc<Status> {
        self.engine.status(document).expect("the document is open")
    }

    /// From here on writes are sent and not answered.
    pub fn hold(&mut self) {
        self.is_holding = true;
    }

    /// From here on captures are asked for and not answered.
    pub fn hold_captures(&mut self) {
        self.late_captures = Some(Vec::new());
    }

    /// Answers the captures that were held, and holds no more. Gives back how many there were.
    pub fn release_captures(&mut self) -> usize {
        let late = self.late_captures.take().unwrap_or_default();
        let count = late.len();
        late.into_iter().for_each(|event| self.send(event));
        count
    }

    /// How many writes are held.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Carries out what was held, and holds no more.
    pub fn release(&mut self) {
        self.is_holding = false;
        for (token, store, batch) in std::mem::take(&mut self.held) {
            let event = self.write(token, store, &batch);
            self.send(event);
        }
    }

    /// Fails what was held; `is_stored` all the same. Holds no more.
    pub fn fail_held(&mut self, error: StoreError, is_stored: bool) {
        self.is_holding = false;
        for (token, store, batch) in std::mem::take(&mut self.held) {
            if is_stored {
                self.disk.write(store, &batch).expect("the store takes it");
            }
            self.send(Event::WriteFailed { token, error });
        }
    }

    /// The tab dies: what was held never happens, and its lock is free.
    pub fn kill(self) {
        self.disk.set_alive(&self.writer, false);
    }

    /// The tab dies after the store has what was held, before the engine hears of it.
    pub fn kill_after_writing(self) {
        for (_, store, batch) in &self.held {
            self.disk.write(*store, batch).expect("the store takes it");
        }
        self.kill();
    }
}

impl App {
    fn new(text: &[u8]) -> App {
        let value = Replica::from_canonical(text);
        App { value, edits: Vec::new(), in_place: false, unspeakable: None, tells_edits: true }
    }
}

fn is_of_lease(batch: &Batch) -> bool {
    batch.put.iter().any(|entry| entry.key.drawer == Drawer::Lease)
}

/// The event, unless such events are held back.
fn held_back(late: &mut Option<Vec<Event>>, event: Option<Event>) -> Option<Event> {
    match late {
        Some(late) => {
            late.extend(event);
            None
        }
        None => event,
    }
}

/// More of them in one go are a loop without end.
const TURNS_MAX: u32 = 10_000;

/// The canonical text of a JSON text.
pub fn canonical(text: &str) -> String {
    let options = json::Options::default();
    let canonical = json::canonicalize(text.as_bytes(), &options).expect("the text is JSON");
    String::from_utf8(canonical).expect("canonical text is UTF-8")
}
