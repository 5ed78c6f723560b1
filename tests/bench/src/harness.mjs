// Interleaved measurement: every round runs every row once, in an order shuffled anew, so that a
// machine that speeds up, slows down or collects garbage does so for all rows alike. Owns timing
// and statistics; knows nothing of what is measured.

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

export function median(numbers) {
  const s = sorted(numbers);
  const middle = s.length >> 1;
  return s.length % 2 ? s[middle] : (s[middle - 1] + s[middle]) / 2;
}

/** The value below which a share `p` of the numbers lies. */
export function quantile(numbers, p) {
  return sorted(numbers)[Math.min(numbers.length - 1, Math.floor(p * numbers.length))];
}

/** The median of `a[i] / b[i]`: both were measured in round `i`. */
export function ratio(a, b) {
  return median(a.map((ms, round) => ms / b[round]));
}

/**
 * Runs all `rows` (name to function, synchronous or not) for `rounds` rounds after warming each up
 * for `warmMs`. Returns the milliseconds of one call per round, by name. Rows shorter than `minMs`
 * are called several times a round.
 */
export async function measure(rows, { rounds, warmMs = 150, minMs = 1 }) {
  const repeats = {};
  const samples = {};
  for (const [name, call] of Object.entries(rows)) {
    const oneMs = await warmUp(call, warmMs);
    repeats[name] = Math.max(1, Math.min(2000, Math.ceil(minMs / oneMs)));
    samples[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(Object.keys(rows))) {
      samples[name].push(await time(rows[name], repeats[name]));
    }
    await breathe();
  }
  return samples;
}

async function warmUp(call, warmMs) {
  await time(call, 1);
  const start = performance.now();
  let calls = 0;
  while (calls < 2 || (performance.now() - start < warmMs && calls < 1000)) {
    await time(call, 1);
    calls++;
  }
  return (performance.now() - start) / calls;
}

/** Milliseconds of one call. Only a promise is awaited: awaiting costs a turn of its own. */
async function time(call, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) {
    const answer = call();
    if (typeof answer?.then === "function") await answer;
  }
  return (performance.now() - start) / repeats;
}

function shuffled(names) {
  const order = [...names];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Gives the event loop a turn between rounds, so that no round inherits another's tasks. */
const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));
