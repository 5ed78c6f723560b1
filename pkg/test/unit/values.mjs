// Values for property tests, drawn from a seed so that a failure can be run again. Knows nothing
// of the package.

/** A source of numbers in [0, 1) from a seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STRINGS = [
  "",
  "a",
  "plain text",
  'quote " and \\',
  "\n\t\b\f\r\u0000\u001f\u007f",
  "Ørn",
  "深度",
  "𝔽 ✅",
];
const KEYS = [
  ...STRINGS,
  "__proto__",
  "constructor",
  "toString",
  "10",
  "9",
  "a/b~c",
  "\u0080",
  "€",
  "דּ",
  "\u{1f600}",
];
const NUMBERS = [
  0, -0, 1, -1, 9007199254740991, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 333333333.33333329,
];

/** A JSON value of at most `levels` levels with some `size` leaves. */
export function value(next, levels = 5, size = 6) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const kind = next() * (levels > 0 ? 7 : 4.5);
  if (kind < 1) return pick(STRINGS) + pick(STRINGS);
  if (kind < 2) return pick(NUMBERS);
  if (kind < 3) return (next() - 0.5) * 10 ** Math.floor(next() * 40 - 20);
  if (kind < 3.5) return Math.floor((next() - 0.5) * 1e6);
  if (kind < 4) return next() < 0.5;
  if (kind < 4.5) return null;
  const count = Math.floor(next() * size);
  const child = () => value(next, levels - 1, size);
  if (kind < 5.5) return Array.from({ length: count }, child);
  const object = {};
  for (let i = 0; i < count; i++) {
    const key = next() < 0.5 ? pick(KEYS) : pick(KEYS) + i;
    const options = { value: child(), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(object, key, options);
  }
  return object;
}
