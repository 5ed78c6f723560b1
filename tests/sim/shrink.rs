//! Makes a failing plan short: steps are left out as long as the same check still fails (delta
//! debugging). Owns the search; a step means the same with or without the others.

use keepfast::engine::Defect;

use crate::fleet;
use crate::plan::{Plan, Step};

/// The shortest plan that was found to fail in the same check.
pub fn shrink(plan: &Plan, defect: Option<Defect>, check: &str) -> Plan {
    let fails = |steps: &[Step]| {
        let shorter = Plan { steps: steps.to_vec(), parameters: plan.parameters.clone() };
        let outcome = fleet::run(&shorter, defect, false);
        outcome.failure.is_some_and(|failure| failure.check == check)
    };
    let mut steps = plan.steps.clone();
    let mut runs = 0;
    let mut piece = steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut is_shorter = false;
        while at < steps.len() && runs < RUNS_MAX {
            runs += 1;
            let end = (at + piece).min(steps.len());
            let mut fewer = steps.clone();
            fewer.drain(at..end);
            if fails(&fewer) {
                steps = fewer;
                is_shorter = true;
            } else {
                at = end;
            }
        }
        if runs >= RUNS_MAX || piece == 1 && !is_shorter {
            break;
        }
        piece = (piece / 2).max(1);
    }
    Plan { steps, parameters: plan.parameters.clone() }
}

/// Worlds that the search may run.
const RUNS_MAX: u32 = 3_000;
