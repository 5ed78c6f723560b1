//! The edits since the last record that is known to be committed. Owns their order and the bound
//! on their bytes; it must not know what becomes of them. Positions count all edits ever logged.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::replica::Edit;

/// The edits since the last record that is known to be committed.
#[derive(Debug, Default)]
pub(crate) struct Log {
    edits: VecDeque<Edit>,
    /// Position of the first edit that is held.
    start: u64,
    bytes: usize,
    /// Edits before this position are part of a record that was sent, and stay as they are.
    sent: u64,
    /// Deltas cannot start before this position: edits there were dropped or never known.
    gap: u64,
}

impl Log {
    /// The position behind the newest edit.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.edits.len() as u64
    }

    pub(crate) fn push(&mut self, edit: Edit, bytes_max: usize) {
        if !self.merge(&edit) {
            self.bytes += cost(&edit);
            self.edits.push_back(edit);
        }
        if self.bytes > bytes_max {
            self.cut();
        }
    }

    /// Lets a value that is put where the last edit put one take its place.
    fn merge(&mut self, edit: &Edit) -> bool {
        let is_free = self.end() > self.sent;
        match (self.edits.back_mut(), edit) {
            (Some(Edit::Put { at, text }), Edit::Put { at: again, text: new })
                if is_free && at == again =>
            {
                self.bytes = self.bytes - text.len() + new.len();
                text.clone_from(new);
                true
            }
            _ => false,
        }
    }

    /// Something changed that no edit tells: no delta can be made from before this point.
    pub(crate) fn cut(&mut self) {
        self.start = self.end() + 1;
        self.gap = self.start;
        self.edits.clear();
        self.bytes = 0;
    }

    /// Whether all edits since a position are known.
    pub(crate) fn reaches(&self, position: u64) -> bool {
        position >= self.gap && position >= self.start
    }

    /// The edits since a position; nothing when they are not all known.
    pub(crate) fn since(&self, position: u64) -> Option<Vec<Edit>> {
        if !self.reaches(position) {
            return None;
        }
        let skipped = (position - self.start) as usize;
        Some(self.edits.iter().skip(skipped).cloned().collect())
    }

    /// Everything so far is part of a record on its way.
    pub(crate) fn mark_sent(&mut self) {
        self.sent = self.end();
    }

    /// Nothing before this position is asked for again.
    pub(crate) fn forget_before(&mut self, position: u64) {
        while self.start < position {
            let Some(edit) = self.edits.pop_front() else { return };
            self.bytes -= cost(&edit);
            self.start += 1;
        }
    }
}

/// What an edit counts against the bound.
fn cost(edit: &Edit) -> usize {
    edit.bytes() + size_of::<Edit>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(at: &str, text: &str) -> Edit {
        Edit::Put { at: at.into(), text: text.as_bytes().into() }
    }

    #[test]
    fn a_value_put_twice_is_kept_once_unless_the_first_is_on_its_way() {
        let mut log = Log::default();
        log.push(put("/a", "1"), 9_999);
        log.push(put("/a", "2"), 9_999);
        assert_eq!(log.since(0), Some(vec![put("/a", "2")]));
        log.mark_sent();
        log.push(put("/a", "3"), 9_999);
        assert_eq!(log.since(0), Some(vec![put("/a", "2"), put("/a", "3")]));
        assert_eq!(log.since(1), Some(vec![put("/a", "3")]));
    }

    #[test]
    fn what_was_dropped_is_never_mistaken_for_nothing() {
        let mut log = Log::default();
        log.push(put("/a", "1"), 9_999);
        let before = log.end();
        log.cut();
        assert_eq!(log.since(before), None);
        let after = log.end();
        log.push(put("/b", "1"), 9_999);
        assert_eq!(log.since(after), Some(vec![put("/b", "1")]));
        assert_eq!(log.since(0), None);
    }

    #[test]
    fn a_log_that_outgrows_its_bound_is_cut() {
        let mut log = Log::default();
        let text = "7".repeat(100);
        for index in 0..10 {
            log.push(put(&format!("/{index}"), &text), 500);
        }
        assert_eq!(log.since(0), None);
        assert!(log.bytes <= 500);
    }

    #[test]
    fn forgetting_keeps_what_comes_after() {
        let mut log = Log::default();
        for index in 0..4 {
            log.push(put(&format!("/{index}"), "0"), 9_999);
        }
        log.forget_before(3);
        assert_eq!(log.since(3), Some(vec![put("/3", "0")]));
        assert_eq!(log.since(2), None);
        assert_eq!(log.since(4), Some(vec![]));
    }
}
