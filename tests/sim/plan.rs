//! What a world is: parameters and steps, both drawn from its seed before it begins. A step carries
//! a seed of its own, so that the others mean the same when one is left out.

use std::fmt;

use keepfast::engine::{Recovery, Survives};

use crate::faults::Rates;
use crate::random::Random;
use crate::workload::{EditKind, KINDS};

/// What is drawn once for a world.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The seed.
    pub seed: u64,
    /// The stores, best first.
    pub ladder: Vec<Survives>,
    /// Whether the localStorage model also takes tails.
    pub tail: bool,
    /// What `Load` does with a draft.
    pub recovery: Recovery,
    /// Documents that the steps speak of.
    pub documents: u64,
    /// Bytes of content to begin with.
    pub content_bytes: u64,
    /// Bytes that fit into the localStorage model.
    pub tab_quota: usize,
    /// Bytes that fit into the device model.
    pub device_quota: usize,
    /// Two versions of the app alternate.
    pub versions: bool,
    /// Rates of faults.
    pub rates: Rates,
    /// Rates of faults on the way to the server; nothing where documents are not saved to one.
    pub net: Option<NetRates>,
    /// Documents are saved on the device, as there is no server, and not by the app.
    pub keeps: bool,
    /// Rates of faults of what tabs tell each other; nothing where every message arrives.
    pub messages: Option<MessageRates>,
    /// How many steps.
    pub steps: u64,
}

/// How often the faults of requests are drawn, in a thousand.
#[derive(Clone, Copy, Debug)]
pub struct NetRates {
    /// A request or its answer is lost.
    pub lost: u64,
    /// The server fails.
    pub failed: u64,
    /// The server wants to be left alone.
    pub limited: u64,
    /// An answer is late.
    pub slow: u64,
    /// A request arrives twice.
    pub repeated: u64,
}

impl NetRates {
    fn draw(random: &mut Random) -> NetRates {
        let mut rate = |most: u64| if random.per_mille(400) { 0 } else { random.between(1, most) };
        NetRates {
            lost: rate(250),
            failed: rate(200),
            limited: rate(100),
            slow: rate(150),
            repeated: rate(100),
        }
    }
}

/// How often the faults of messages between tabs are drawn, in a thousand.
#[derive(Clone, Copy, Debug)]
pub struct MessageRates {
    /// It does not arrive.
    pub lost: u64,
    /// It arrives long after.
    pub late: u64,
    /// It arrives twice.
    pub repeated: u64,
}

impl MessageRates {
    fn draw(random: &mut Random) -> MessageRates {
        let mut rate = |most: u64| if random.per_mille(400) { 0 } else { random.between(1, most) };
        MessageRates { lost: rate(500), late: rate(300), repeated: rate(200) }
    }
}

/// What another device does to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// It saves other content.
    Content,
    /// It renames it.
    Words,
    /// It deletes it.
    Deletion,
}

/// How a conflict is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What is here is saved.
    Mine,
    /// What the server has is taken.
    Theirs,
    /// Other content is saved.
    Content,
}

/// One thing that happens to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Time passes.
    Advance(u64),
    /// One edit of a document, which is opened if it is not.
    Edit(u8, EditKind),
    /// Edits one after another: how many, and milliseconds between them.
    Type(u8, u8, u16),
    /// The title changes.
    Rename(u8),
    /// The description changes; or goes away.
    Describe(u8, bool),
    /// A new document.
    Create(u8),
    /// A document is opened.
    Load(u8),
    /// The app wants it stored.
    Flush(u8),
    /// The app is done with it.
    Close(u8),
    /// The user drops it.
    Discard(u8),
    /// The app lists the drafts.
    ListDrafts,
    /// The user goes on with a listed draft.
    Recover(u8),
    /// The user drops a listed draft.
    DiscardDraft(u8),
    /// The user wants the bytes of a listed draft.
    ExportDraft(u8),
    /// The present content was saved.
    BaseSame(u8),
    /// Content of some edits ago was saved: the save took its time.
    BaseLate(u8),
    /// Other content came from where documents are saved.
    BaseMoved(u8),
    /// The page is hidden.
    Hide,
    /// The page is visible again.
    Show,
    /// The tab is killed; after so many effects of an edit's event, if one is given.
    KillTab(Option<u8>),
    /// The browser is killed.
    KillBrowser,
    /// The tab is frozen and another one works.
    Freeze,
    /// A frozen tab goes on, so much later.
    Resume(u64),
    /// The user's clock jumps.
    ClockJump(i64),
    /// A store fails.
    StoreAway(u8),
    /// A store works again.
    StoreBack(u8),
    /// A store is emptied; the engine is told or not.
    Evict(u8, bool),
    /// A byte of a record changes.
    Corrupt(u8),
    /// An event that answers nothing.
    Stray,
    /// The user saves.
    Save(u8),
    /// The user decides a conflict, if there is one.
    Resolve(u8, Verdict),
    /// The user goes back to the base.
    Revert(u8),
    /// The app wants to know what has changed on the server.
    Sync,
    /// Another device changes a document.
    Elsewhere(u8, Elsewhere),
    /// The network goes or comes; the engines are told or not.
    Net(bool, bool),
    /// The token expires; the app has another one or not.
    ExpireToken(bool),
    /// Somebody signs in.
    SignIn,
    /// The server is backed up, or goes back to its backup.
    RestoreServer,
    /// The user opens another tab; the one in front is hidden or not.
    OpenTab(bool),
    /// The user turns to another tab; the one in front is hidden or not.
    TurnTo(u8, bool),
}

/// A step with its own seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// For whatever the action draws.
    pub seed: u64,
    /// What happens.
    pub action: Action,
}

/// A world before it begins.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was drawn once.
    pub parameters: Parameters,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The plan that belongs to a seed: every other one has a server, and of the rest every other
    /// one saves on the device. All of these have several tabs.
    pub fn draw(seed: u64) -> Plan {
        let mut plan = Plan::draw_local(seed);
        let random = &mut Random::new(seed ^ REMOTE);
        match seed % 4 {
            0 => return plan,
            2 => plan.keep(random),
            _ => plan.connect(random),
        }
        plan.cooperate(random);
        plan
    }

    /// The plan of a seed, without a server if so.
    pub fn of(seed: u64, is_local: bool) -> Plan {
        if is_local { Plan::draw_local(seed) } else { Plan::draw(seed) }
    }

    /// Lets the documents of a plan be saved to a server.
    fn connect(&mut self, random: &mut Random) {
        let documents = self.parameters.documents;
        self.parameters.net = Some(NetRates::draw(random));
        // Worlds with a restored server are few: it takes back what it had confirmed.
        let restores = random.per_mille(150);
        for step in &mut self.steps {
            step.action = match step.action {
                Action::BaseSame(slot) | Action::BaseLate(slot) => Action::Save(slot),
                Action::BaseMoved(slot) => Action::Elsewhere(slot, Elsewhere::Content),
                action => action,
            };
        }
        for _ in 0..random.between(20, 50) {
            let slot = random.below(documents) as u8;
            let action = remote_action(slot, restores, random);
            self.insert(action, random);
        }
    }

    /// Lets the documents of a plan be saved on the device.
    fn keep(&mut self, random: &mut Random) {
        let documents = self.parameters.documents;
        self.parameters.keeps = true;
        for step in &mut self.steps {
            step.action = match step.action {
                Action::BaseSame(slot) | Action::BaseLate(slot) => Action::Save(slot),
                Action::BaseMoved(slot) => Action::Resolve(slot, verdict(random)),
                action => action,
            };
        }
        for _ in 0..random.between(10, 30) {
            let slot = random.below(documents) as u8;
            let action = match random.below(10) {
                0..6 => Action::Save(slot),
                6 => Action::Revert(slot),
                7 | 8 => Action::Resolve(slot, verdict(random)),
                _ => Action::Advance(random.between(5_000, 40_000)),
            };
            self.insert(action, random);
        }
    }

    /// Lets several tabs be open at once.
    fn cooperate(&mut self, random: &mut Random) {
        self.parameters.messages = random.per_mille(700).then(|| MessageRates::draw(random));
        for _ in 0..random.between(6, 24) {
            let hides = random.per_mille(500);
            let action = match random.below(4) {
                0 => Action::OpenTab(hides),
                _ => Action::TurnTo(random.below(3) as u8, hides),
            };
            self.insert(action, random);
        }
    }

    fn insert(&mut self, action: Action, random: &mut Random) {
        let at = random.index(self.steps.len() + 1);
        self.steps.insert(at, Step { seed: random.bits(), action });
    }

    /// The same without a server.
    pub fn draw_local(seed: u64) -> Plan {
        let mut random = Random::new(seed);
        let parameters = Parameters::draw(seed, &mut random);
        let weights = weights(&parameters, &mut random);
        let mut steps = Vec::new();
        for _ in 0..parameters.steps {
            let action = action(&parameters, &weights, &mut random);
            steps.push(Step { seed: random.bits(), action });
        }
        Plan { parameters, steps }
    }
}

impl Parameters {
    fn draw(seed: u64, random: &mut Random) -> Parameters {
        let ladder: &[Survives] = match random.below(10) {
            0 => &[Survives::Device],
            1 => &[Survives::Tab, Survives::None],
            2 => &[Survives::Device, Survives::None],
            _ => &[Survives::Device, Survives::Tab, Survives::None],
        };
        let content_bytes = match random.below(10) {
            0..4 => random.between(1, 600),
            4..8 => random.between(600, 3_000),
            8 => random.between(3_000, 8_000),
            _ => random.between(8_000, 24_000),
        };
        let quotas: &[u64] = &[10, 40, 10_000, 10_000, 10_000, 10_000];
        Parameters {
            seed,
            ladder: ladder.to_vec(),
            tail: random.per_mille(850),
            recovery: if random.per_mille(800) { Recovery::Apply } else { Recovery::Ask },
            documents: random.between(1, 3),
            content_bytes,
            tab_quota: (random.pick(quotas) * (content_bytes + 500)) as usize,
            device_quota: (random.pick(quotas) * (content_bytes + 500)) as usize,
            versions: random.per_mille(300),
            rates: Rates::draw(random),
            net: None,
            keeps: false,
            messages: None,
            steps: random.between(60, 160),
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: stores {:?}, tail {}, ", self.seed, self.ladder, self.tail)?;
        write!(f, "recovery {:?}, {} documents ", self.recovery, self.documents)?;
        write!(f, "of {} bytes, quotas {}", self.content_bytes, self.device_quota)?;
        write!(f, " and {}, two versions {}, ", self.tab_quota, self.versions)?;
        write!(f, "{} steps, per mille {:?}", self.steps, self.rates)?;
        if self.keeps {
            write!(f, ", saved on the device")?;
        }
        self.messages.map_or(Ok(()), |rates| write!(f, ", of messages {rates:?}"))?;
        self.net.map_or(Ok(()), |net| write!(f, ", of requests {net:?}"))
    }
}

/// What can be drawn, with its weight.
type Weights = Vec<(Choice, u64)>;

#[derive(Clone, Copy, Debug)]
enum Choice {
    Advance,
    Edit,
    Type,
    Metadata,
    Open,
    Flush,
    Close,
    Discard,
    Drafts,
    Base,
    Visibility,
    KillTab,
    KillBrowser,
    Freeze,
    Clock,
    Store,
    Evict,
    Corrupt,
    Stray,
}

fn weights(parameters: &Parameters, random: &mut Random) -> Weights {
    // Evictions and damaged bytes excuse claims, so most worlds go without them.
    let rare = |random: &mut Random, weight| if random.per_mille(300) { weight } else { 0 };
    let outlive = parameters.ladder.iter().any(|survives| *survives != Survives::None);
    vec![
        (Choice::Advance, 26),
        (Choice::Edit, 34),
        (Choice::Type, 3),
        (Choice::Metadata, 6),
        (Choice::Open, 8),
        (Choice::Flush, 3),
        (Choice::Close, 3),
        (Choice::Discard, 2),
        (Choice::Drafts, 7),
        (Choice::Base, 5),
        (Choice::Visibility, 6),
        (Choice::KillTab, if outlive { 4 } else { 0 }),
        (Choice::KillBrowser, if outlive { 2 } else { 0 }),
        (Choice::Freeze, 3),
        (Choice::Clock, 1),
        (Choice::Store, rare(random, 5)),
        (Choice::Evict, rare(random, 2)),
        (Choice::Corrupt, rare(random, 4)),
        (Choice::Stray, 1),
    ]
}

fn action(parameters: &Parameters, weights: &Weights, random: &mut Random) -> Action {
    let slot = random.below(parameters.documents) as u8;
    let numbers: Vec<u64> = weights.iter().map(|(_, weight)| *weight).collect();
    let small = random.below(4) as u8;
    match weights[random.weighted(&numbers)].0 {
        Choice::Advance => Action::Advance(duration(random)),
        Choice::Edit => Action::Edit(slot, kind(random)),
        Choice::Type => {
            let gap = random.between(20, 190);
            Action::Type(slot, random.between(5, 40) as u8, gap as u16)
        }
        Choice::Metadata => match random.below(3) {
            0 => Action::Rename(slot),
            1 => Action::Describe(slot, false),
            _ => Action::Describe(slot, true),
        },
        Choice::Open if random.per_mille(400) => Action::Create(slot),
        Choice::Open => Action::Load(slot),
        Choice::Flush => Action::Flush(slot),
        Choice::Close => Action::Close(slot),
        Choice::Discard => Action::Discard(slot),
        Choice::Drafts => match random.below(6) {
            0..3 => Action::ListDrafts,
            3 => Action::Recover(small),
            4 => Action::DiscardDraft(small),
            _ => Action::ExportDraft(small),
        },
        Choice::Base => match random.below(6) {
            0..3 => Action::BaseSame(slot),
            3 => Action::BaseLate(slot),
            _ => Action::BaseMoved(slot),
        },
        Choice::Visibility if random.per_mille(550) => Action::Hide,
        Choice::Visibility => Action::Show,
        Choice::KillTab if random.per_mille(400) => Action::KillTab(Some(small)),
        Choice::KillTab => Action::KillTab(None),
        Choice::KillBrowser => Action::KillBrowser,
        Choice::Freeze if random.per_mille(500) => Action::Freeze,
        Choice::Freeze => Action::Resume(random.pick(&[0, 500, 30_000, DAY_MS])),
        Choice::Clock => Action::ClockJump(random.pick(&[1, -1]) * DAY_MS as i64),
        Choice::Store if random.per_mille(500) => Action::StoreAway(small),
        Choice::Store => Action::StoreBack(small),
        Choice::Evict => Action::Evict(small, random.per_mille(600)),
        Choice::Corrupt => Action::Corrupt(small),
        Choice::Stray => Action::Stray,
    }
}

fn remote_action(slot: u8, restores: bool, random: &mut Random) -> Action {
    match random.below(20) {
        0..8 => Action::Save(slot),
        8..11 => Action::Resolve(slot, verdict(random)),
        11 => Action::Sync,
        12 | 13 => Action::Elsewhere(slot, Elsewhere::Content),
        14 => Action::Elsewhere(slot, Elsewhere::Words),
        15 if random.per_mille(300) => Action::Elsewhere(slot, Elsewhere::Deletion),
        15 => Action::Revert(slot),
        16 => Action::Net(true, random.per_mille(500)),
        17 => Action::Net(false, random.per_mille(500)),
        18 if random.per_mille(500) => Action::ExpireToken(random.per_mille(600)),
        18 => Action::SignIn,
        _ if restores => Action::RestoreServer,
        _ => Action::Advance(random.between(5_000, 40_000)),
    }
}

fn verdict(random: &mut Random) -> Verdict {
    random.pick(&[Verdict::Mine, Verdict::Theirs, Verdict::Content])
}

/// Sets the draws of what a server adds apart from the others.
const REMOTE: u64 = 0x5e7_0000_0001;

fn kind(random: &mut Random) -> EditKind {
    let numbers: Vec<u64> = KINDS.iter().map(|(_, weight)| *weight).collect();
    KINDS[random.weighted(&numbers)].0
}

fn duration(random: &mut Random) -> u64 {
    match random.below(10) {
        0..3 => random.between(1, 30),
        3..6 => random.between(30, 400),
        6..9 => random.between(400, 3_000),
        _ => random.between(3_000, 60_000),
    }
}

const DAY_MS: u64 = 86_400_000;
