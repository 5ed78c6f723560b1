//! Several tabs of one browser, whose clocks go together, and what they tell each other.

use crate::disk::Disk;
use crate::line::Line;
use crate::tab::{Tab, options};
use keepfast::engine::{Event, Hint, Options};

/// The tabs of one browser.
pub struct Browser {
    pub disk: Disk,
    pub line: Line,
    pub tabs: Vec<Tab>,
    /// Tabs that do nothing and hear nothing; what they are told waits for them.
    pub frozen: Vec<usize>,
    waiting: Vec<(usize, Hint)>,
    /// What the tabs say is lost.
    pub is_deaf: bool,
}

impl Browser {
    pub fn new() -> Browser {
        Browser::over(&Disk::default())
    }

    /// A browser that finds these stores.
    pub fn over(disk: &Disk) -> Browser {
        let (frozen, waiting, tabs) = Default::default();
        Browser { disk: disk.clone(), line: Line::new(), tabs, frozen, waiting, is_deaf: false }
    }

    /// Opens a tab of an app whose documents are saved to the server; returns its place.
    pub fn open(&mut self, writer: &str) -> usize {
        self.open_with(options(writer))
    }

    pub fn open_with(&mut self, options: Options) -> usize {
        self.add(|disk, line| Tab::on_line_with(disk, line, options))
    }

    /// Opens a tab of an app without a server.
    pub fn open_local(&mut self, writer: &str) -> usize {
        self.add(|disk, _| Tab::new(disk, writer))
    }

    fn add(&mut self, open: impl FnOnce(&Disk, &Line) -> Tab) -> usize {
        self.tabs.push(open(&self.disk, &self.line));
        self.share();
        self.tabs.len() - 1
    }

    /// Time passes in all tabs that are not frozen. To a frozen one it passes in one leap.
    pub fn wait(&mut self, ms: u64) {
        for _ in 0..ms / STEP_MS {
            for number in 0..self.tabs.len() {
                if self.frozen.contains(&number) {
                    self.tabs[number].sleep(STEP_MS);
                } else {
                    self.tabs[number].wait(STEP_MS);
                }
            }
            self.share();
        }
    }

    /// Everybody hears what the others said.
    pub fn share(&mut self) {
        loop {
            let count = self.tabs.len();
            let mut said = Vec::new();
            for (number, tab) in self.tabs.iter_mut().enumerate() {
                let others = (0..count).filter(|other| *other != number).collect::<Vec<_>>();
                for hint in tab.announced.drain(..) {
                    said.extend(others.iter().map(|other| (*other, hint.clone())));
                }
            }
            if said.is_empty() {
                return;
            }
            for (number, hint) in said.into_iter().filter(|_| !self.is_deaf) {
                match self.frozen.contains(&number) {
                    true => self.waiting.push((number, hint)),
                    false => self.tabs[number].send(Event::Heard { hint }),
                }
            }
        }
    }

    /// A frozen tab goes on: first its timers, then what it was told.
    pub fn thaw(&mut self, number: usize) {
        self.frozen.retain(|frozen| *frozen != number);
        self.tabs[number].wait(0);
        let (own, rest) = self.waiting.drain(..).partition(|(other, _)| *other == number);
        self.waiting = rest;
        for (_, hint) in own {
            self.tabs[number].send(Event::Heard { hint });
        }
        self.share();
    }

    /// Which tabs lead; a frozen one does nothing.
    pub fn leaders(&self) -> Vec<usize> {
        let leads =
            |number: &usize| !self.frozen.contains(number) && self.tabs[*number].engine.leads();
        (0..self.tabs.len()).filter(leads).collect()
    }

    pub fn send(&mut self, number: usize, event: Event) {
        self.tabs[number].send(event);
        self.share();
    }
}

const STEP_MS: u64 = 500;
