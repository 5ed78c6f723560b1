// A seeded random source, so that every run and every browser measures the same bytes. Owns the
// recurrence and the draws built on it; knows nothing of the states drawn from it.

// xoshiro128** (Blackman and Vigna): 128 bits of state, 32 bits a step.
export function seededRandom(seed) {
  const s = [seed | 0, 0x9e3779b9 | 0, 0x7f4a7c15 | 0, 0x2545f491 | 0];
  const rotate = (x, k) => (x << k) | (x >>> (32 - k));
  const bits = () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  };
  for (let i = 0; i < 32; i++) bits();

  const unit = () => bits() / 2 ** 32;
  const below = (n) => Math.floor(unit() * n);
  const chance = (p) => unit() < p;
  const pick = (list) => list[below(list.length)];
  const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
  const hex = (digits) => times(digits, () => below(16).toString(16)).join("");
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-9${hex(3)}-${hex(12)}`;
  const tint = () => `#${hex(6).toUpperCase()}`;
  const instant = () => new Date(1_690_000_000_000 + below(70_000_000_000)).toISOString();
  return { unit, below, chance, pick, times, hex, uuid, tint, instant };
}
