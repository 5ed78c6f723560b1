//! What a suite counted: cases passed, cases failed with the reason, and remarks to print.
//! Knows nothing of JSON; its input is what the suites tell it.

/// The result of one case: nothing, or why it failed.
pub type Verdict = Result<(), String>;

/// Failures printed in full; the rest is counted only.
const FAILURES_SHOWN_MAX: usize = 40;

/// The count of one suite.
pub struct Suite {
    name: String,
    absent: bool,
    passed: usize,
    failures: Vec<String>,
    remarks: Vec<String>,
}

impl Suite {
    /// A suite without cases so far.
    pub fn new(name: &str) -> Self {
        Suite {
            name: name.to_owned(),
            absent: false,
            passed: 0,
            failures: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Notes that the folder of this suite is not there.
    pub fn mark_absent(&mut self) {
        self.absent = true;
    }

    /// Counts one case; `case` names its file and, within the file, its place.
    pub fn check(&mut self, case: &str, verdict: Verdict) {
        match verdict {
            Ok(()) => self.passed += 1,
            Err(reason) => self.failures.push(format!("{case}: {reason}")),
        }
    }

    /// Counts the value of a step that later steps need; a failed step is a failed case.
    pub fn need<T>(&mut self, case: &str, step: Result<T, String>) -> Option<T> {
        step.map_err(|reason| self.failures.push(format!("{case}: {reason}"))).ok()
    }

    /// Adds a line that is printed below the counts.
    pub fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    /// Cases that passed.
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// Cases that failed.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Prints the counts, the failures and the remarks.
    pub fn print(&self) {
        if self.absent {
            println!("{}: absent", self.name);
            return;
        }
        let (passed, failed) = (self.passed, self.failures.len());
        println!("{}: {passed} passed, {failed} failed (of {})", self.name, passed + failed);
        for failure in self.failures.iter().take(FAILURES_SHOWN_MAX) {
            println!("  FAILED {failure}");
        }
        if failed > FAILURES_SHOWN_MAX {
            println!("  and {} more failures", failed - FAILURES_SHOWN_MAX);
        }
        for remark in &self.remarks {
            println!("  {remark}");
        }
    }
}
