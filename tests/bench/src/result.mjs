// Turns samples into what the command prints: rows with medians and ratios, and claims with their
// bars. A ratio is the median of the ratios of single rounds, never a ratio of medians.
import { median, quantile, ratio } from "./harness.mjs";

/** A group of rows measured together; `reference` names the row that counts as 1. */
export function group(title, samples, reference, claims = []) {
  const rows = Object.entries(samples).map(([name, ms]) => ({
    name,
    ms: median(ms),
    low: quantile(ms, 0.1),
    high: quantile(ms, 0.9),
    ratio: ratio(ms, samples[reference]),
  }));
  return { title, reference, rows, claims };
}

/** `subject` takes at most `bar` times what `peer` takes. */
export function atMost(samples, subject, peer, bar) {
  const measured = ratio(samples[subject], samples[peer]);
  return { subject, peer, kind: "at most", bar, measured, met: measured <= bar };
}

/** `subject` is at least `bar` times as fast as `peer`. */
export function timesFaster(samples, subject, peer, bar) {
  const measured = ratio(samples[peer], samples[subject]);
  return { subject, peer, kind: "times faster", bar, measured, met: measured >= bar };
}

/** Stops the benchmark when the things to be compared do not agree: then no time means anything. */
export function expect(holds, sentence) {
  if (!holds) throw new Error(`before measuring: ${sentence}`);
}

/** The row with the smallest median among `names`. */
export function cheapest(samples, names) {
  return names.reduce((a, b) => (median(samples[a]) <= median(samples[b]) ? a : b));
}
