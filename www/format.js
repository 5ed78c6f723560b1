// Numbers and texts as people read them. Knows nothing of the page or of the package.

const NUMBER = new Intl.NumberFormat("en");

export const number = (n) => NUMBER.format(n);

export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

export const bytes = (n) => count(n, "byte");

/** A duration of `performance.now()`, whose steps are as coarse as 1 ms in some browsers. */
export const duration = (ms) => (ms <= 0 ? "under 1 ms" : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);

/** A share such as `68 %`, of two sizes. */
export const share = (part, whole) => `${Math.round((100 * part) / whole)} %`;

/** The beginning of a long text, with the number of characters left out. */
export function beginning(text, charactersMax) {
  if (text.length <= charactersMax) return text;
  const left = count(text.length - charactersMax, "more character");
  return `${text.slice(0, charactersMax)}… (${left})`;
}

/** A JSON Pointer for a reader: the root pointer is an empty string, which nobody would see. */
export const pointerLabel = (pointer) => (pointer === "" ? "(whole document)" : pointer);
