//! A world: tabs, stores and time. Owns what happens when: the queue of what is due, the delivery
//! of events and the draining of effects. What effects do is in `effects.rs`, what steps do in
//! `actions.rs`, and what must hold in `checks.rs`.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use keepfast::engine::{Defect, Event, Instant, Now, StoreId, Survives};

use crate::disk::{Name, Store};
use crate::effects::{Commit, Look};
use crate::faults::{Fault, Struck};
use crate::ledger::{Ledger, engine_of};
use crate::plan::{Parameters, Plan};
use crate::random::Random;
use crate::server::{Letter, Net};
use crate::tab::Tab;
use crate::trace::{self, Trace};
use crate::view::Views;

/// What must hold and did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Name of the check, which begins with the invariant.
    pub check: &'static str,
    /// What was seen.
    pub message: String,
    /// Index of the step.
    pub step: usize,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at step {}: {}", self.check, self.step, self.message)
    }
}

/// Nothing, or what did not hold.
pub type Checked = Result<(), Failure>;

/// How a world went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What did not hold.
    pub failure: Option<Failure>,
    /// Events that engines handled.
    pub events: u64,
    /// Virtual time that passed.
    pub virtual_ms: u64,
    /// Faults.
    pub struck: Struck,
    /// What happened.
    pub trace: Trace,
}

/// Something that is due at a moment.
#[derive(Clone, Debug)]
pub enum Due {
    /// An event for the tab.
    Event(Event),
    /// The answer to what took effect at once, which counts as under way until then.
    Answer(Event),
    /// A write takes effect.
    Commit(Commit),
    /// A read looks at the records.
    Look(Look),
    /// A request arrives at the server.
    Letter(Letter),
}

/// A world.
pub struct World {
    /// What was drawn once.
    pub parameters: Parameters,
    /// The defect that every engine has.
    pub defect: Option<Defect>,
    /// Virtual time.
    pub now_ms: u64,
    /// What the user's clock is off by.
    pub wall_off: i64,
    /// The stores that outlive tabs, by their place in the ladder.
    pub stores: Vec<Store>,
    /// Tabs that live; the last one that is not frozen is in front.
    pub tabs: Vec<Tab>,
    /// Tabs so far.
    pub opened_tabs: u32,
    /// What the app handed over and was told.
    pub ledger: Ledger,
    /// What is due, in order.
    pub queue: BTreeMap<(u64, u64), (u32, Due)>,
    /// For whatever the step at hand draws.
    pub random: Random,
    /// What the stores hold, decoded.
    pub views: Views,
    /// The server and the way to it.
    pub net: Net,
    /// What happened.
    pub trace: Trace,
    /// Faults.
    pub struck: Struck,
    /// Events that engines handled.
    pub events: u64,
    /// Index of the step at hand.
    pub step: usize,
    /// No fault strikes any more.
    pub quiet: bool,
    /// The tab in front is killed after so many effects.
    pub kill_after: Option<u8>,
    queued: u64,
}

impl World {
    /// A world before its first step.
    pub fn new(plan: &Plan, defect: Option<Defect>, keeps_trace: bool) -> World {
        let parameters = plan.parameters.clone();
        let store = |survives: &Survives| match survives {
            Survives::Device => Store::new(Survives::Device, parameters.device_quota),
            Survives::Tab => Store::new(Survives::Tab, parameters.tab_quota),
            Survives::None => Store::new(Survives::None, usize::MAX),
        };
        World {
            stores: parameters.ladder.iter().map(store).collect(),
            parameters,
            defect,
            now_ms: 1_000,
            wall_off: WALL_START_MS,
            tabs: Vec::new(),
            opened_tabs: 0,
            ledger: Ledger::default(),
            queue: BTreeMap::new(),
            random: Random::new(0),
            views: Views::default(),
            net: Net::new(),
            trace: Trace::new(keeps_trace),
            struck: Struck::default(),
            events: 0,
            step: 0,
            quiet: false,
            kill_after: None,
            queued: 0,
        }
    }

    /// Runs a plan to its end or to the first thing that does not hold.
    pub fn run(plan: &Plan, defect: Option<Defect>, keeps_trace: bool) -> Outcome {
        let mut world = World::new(plan, defect, keeps_trace);
        let result = world.run_steps(plan);
        if let Err(failure) = &result {
            world.trace.push(failure.to_string());
        }
        Outcome {
            failure: result.err(),
            events: world.events,
            virtual_ms: world.now_ms,
            struck: world.struck,
            trace: world.trace,
        }
    }

    fn run_steps(&mut self, plan: &Plan) -> Checked {
        for (index, step) in plan.steps.iter().enumerate() {
            self.step = index;
            self.random = Random::new(step.seed);
            self.trace.push(format!("{} ms, step {index}: {:?}", self.now_ms, step.action));
            self.perform(step.action)?;
            self.check_all()?;
        }
        self.step = plan.steps.len();
        self.random = Random::new(plan.parameters.seed);
        self.finish()
    }

    /// Both clocks.
    pub fn now(&self) -> Now {
        let wall = (self.wall_off + self.now_ms as i64).max(0) as u64;
        Now { instant: Instant(self.now_ms), wall }
    }

    /// A failed check.
    pub fn fail<T>(&self, check: &'static str, message: String) -> Result<T, Failure> {
        Err(Failure { check, message, step: self.step })
    }

    /// Counts a fault that struck.
    pub fn strike(&mut self, fault: Fault) {
        if !self.quiet {
            self.struck.count(fault);
        }
        self.trace.push(format!("fault {fault:?}"));
    }

    /// Whether a fault of this rate strikes.
    pub fn draws(&mut self, per_mille: u64) -> bool {
        !self.quiet && self.random.per_mille(per_mille)
    }

    /// The tab of this number.
    pub fn tab(&mut self, number: u32) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.number == number)
    }

    /// The tab that the user looks at.
    pub fn front(&self) -> Option<u32> {
        self.tabs.iter().rev().find(|tab| !tab.frozen).map(|tab| tab.number)
    }

    /// Writers that hold their lock.
    pub fn alive(&self) -> Vec<String> {
        self.tabs.iter().map(|tab| tab.writer.clone()).collect()
    }

    /// Whether a writer holds its lock, or has the document open in this tab itself.
    pub fn is_living(&mut self, number: u32, name: &Name, writer: &str) -> bool {
        let engine = engine_of(writer);
        let own = self.tab(number).map(|tab| tab.writer.clone());
        if own.as_deref() != Some(engine) {
            return self.alive().iter().any(|alive| alive == engine);
        }
        self.ledger.book(name).open_line(engine).is_some_and(|line| line.writer == writer)
    }

    /// The tab that the user looks at; one is opened if there is none.
    pub fn need_front(&mut self) -> Result<u32, Failure> {
        match self.front() {
            Some(number) => Ok(number),
            None => self.open_tab(),
        }
    }

    /// Opens a tab.
    pub fn open_tab(&mut self) -> Result<u32, Failure> {
        self.opened_tabs += 1;
        let number = self.opened_tabs;
        let is_newer = self.parameters.versions && self.random.per_mille(600);
        let version = if is_newer { 2 } else { 1 };
        self.trace.push(format!("tab {number} opens, version {version}"));
        let tab = Tab::open(number, version, &self.parameters, self.defect, self.now());
        self.tabs.push(tab);
        self.drain(number)?;
        // Most apps do nothing before the stores are open; some do.
        if self.random.per_mille(800) { self.advance(60).map(|()| number) } else { Ok(number) }
    }

    /// Lets something happen to the tab so many milliseconds later.
    pub fn schedule(&mut self, tab: u32, after_ms: u64, due: Due) {
        self.queued += 1;
        self.queue.insert((self.now_ms + after_ms, self.queued), (tab, due));
    }

    /// Hands an event over and does what the engine asks for; answers that belong into the same
    /// handler follow at once.
    pub fn deliver(&mut self, number: u32, event: Event) -> Checked {
        let now = self.now();
        let line = format!("{} < {}", number, trace::of_event(&event));
        let Some(tab) = self.tab(number) else { return Ok(()) };
        if tab.frozen {
            tab.inbox.push(event);
            return Ok(());
        }
        let is_exit = event == Event::Hidden;
        let is_evicted = matches!(event, Event::Evicted { .. });
        // Until it is told of the failure, the engine takes an exit write for under way.
        tab.exit_failed &= !matches!(event, Event::WriteFailed { .. });
        if matches!(
            event,
            Event::StoreFailed { .. } | Event::ReadFailed { .. } | Event::WriteFailed { .. }
        ) {
            tab.is_blind = true;
            tab.note_trouble();
        }
        tab.confirms_memory = match &event {
            Event::Wrote { token } => tab.memory_tokens.remove(token),
            _ => false,
        };
        tab.engine.handle_event(event, now);
        self.events += 1;
        self.trace.push(line);
        self.drain(number)?;
        self.act_first(number)?;
        self.answer_captures(number)?;
        self.check_tab(number)?;
        let health = self.tab(number).map(|tab| tab.engine.health());
        if is_evicted && health.is_some_and(|health| !health.evicted) {
            return self.fail("I4: an eviction shows in the health", format!("tab {number}"));
        }
        if is_exit { self.check_exit(number) } else { Ok(()) }
    }

    /// Putting a value into words runs code of the app, which may ask for something.
    fn act_first(&mut self, number: u32) -> Checked {
        let next = self.tab(number).and_then(|tab| tab.answers.front().cloned());
        match next {
            Some(Event::Captured { document, .. }) if self.draws(self.parameters.rates.acts) => {
                self.act_amid(number, document)
            }
            _ => Ok(()),
        }
    }

    /// Captures are answered before the handler of the event returns.
    fn answer_captures(&mut self, number: u32) -> Checked {
        for _ in 0..SPINS_MAX {
            let now = self.now();
            let Some(tab) = self.tab(number) else { return Ok(()) };
            let Some(answer) = tab.answers.pop_front() else { return Ok(()) };
            let line = format!("{} < {}", number, trace::of_event(&answer));
            tab.engine.handle_event(answer, now);
            self.events += 1;
            self.trace.push(line);
            self.drain(number)?;
        }
        self.fail("liveness: time stands still", format!("tab {number} is asked for its value"))
    }

    fn drain(&mut self, number: u32) -> Checked {
        loop {
            if self.kill_after == Some(0) {
                self.kill_after = None;
                self.strike(Fault::KilledAmidEffects);
                return self.kill_tab(number);
            }
            let Some(tab) = self.tab(number) else { return Ok(()) };
            let Some(effect) = tab.engine.poll_effect() else {
                self.count_in_place(number);
                return Ok(());
            };
            if let Some(left) = &mut self.kill_after {
                *left -= 1;
            }
            self.trace.push(format!("{} > {}", number, trace::of_effect(&effect)));
            self.execute(number, effect)?;
        }
    }

    /// Lets time pass: whatever is due happens in order, timers included.
    pub fn advance(&mut self, ms: u64) -> Checked {
        let until = self.now_ms + ms;
        let mut at_once = 0;
        loop {
            let queued = self.queue.keys().next().map(|(at, _)| *at);
            let wakeup = self.next_wakeup();
            let next = queued.into_iter().chain(wakeup.map(|(at, _)| at)).min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            at_once = if next > self.now_ms { 0 } else { at_once + 1 };
            if at_once > SPINS_MAX {
                return self.fail("liveness: time stands still", format!("at {next} ms"));
            }
            self.now_ms = self.now_ms.max(next);
            if queued == Some(next) {
                let (_, (tab, due)) = self.queue.pop_first().expect("it was just seen");
                self.happen(tab, due)?;
            } else if let Some((_, tab)) = wakeup {
                self.deliver(tab, Event::TimerFired)?;
            }
        }
        self.now_ms = until.max(self.now_ms);
        Ok(())
    }

    fn next_wakeup(&self) -> Option<(u64, u32)> {
        let awake = self.tabs.iter().filter(|tab| !tab.frozen);
        let wakeups = awake.filter_map(|tab| {
            tab.engine.next_wakeup().map(|Instant(at)| (at.max(self.now_ms), tab.number))
        });
        wakeups.min()
    }

    fn happen(&mut self, tab: u32, due: Due) -> Checked {
        match due {
            Due::Event(event) => self.deliver(tab, event),
            Due::Answer(event) => self.answered(tab, event),
            Due::Commit(commit) => self.commit(tab, commit),
            Due::Look(look) => self.look(tab, look),
            Due::Letter(letter) => self.arrive(tab, letter),
        }
    }

    /// Names of all documents that the ledger knows.
    pub fn names(&self) -> Vec<Name> {
        self.ledger.books.keys().cloned().collect()
    }

    /// What a tab kill at this moment would leave of a document.
    pub fn view(&mut self, name: &Name) -> Rc<crate::view::View> {
        self.views.now(&self.stores, name)
    }

    /// How often a store's records have changed.
    pub fn changes(&self) -> u64 {
        self.stores.iter().map(Store::changes).sum()
    }

    /// Whether this place of the ladder is the tab's own memory.
    pub fn is_memory(&self, store: StoreId) -> bool {
        self.stores[store.0 as usize].survives == Survives::None
    }
}

/// Some evening in the year 2027.
const WALL_START_MS: i64 = 1_800_000_000_000;
/// How often something may happen before time goes on.
const SPINS_MAX: u32 = 2_000;
