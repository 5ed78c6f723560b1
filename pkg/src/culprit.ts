// What counts as JSON content, decided exactly. Walks a value that content.ts could not vouch for
// and either finds nothing wrong with it or refuses the first culprit with its JSON Pointer. Its
// rules are those of content.ts and wider: it also knows values of other realms.

import type { Code } from "./codes.js";
import { KeepfastError, refusal, tooLarge } from "./errors.js";
import { DEPTH_MAX, TEXT_BYTES_MAX } from "./limits.js";

/** A walk under way. */
interface Walk {
  /** What a refusal is called. */
  readonly code: Code;
  /** Keys and indices from the root to the value at hand. */
  readonly path: (string | number)[];
  /** The containers on that way, so that a cycle is known. */
  readonly above: object[];
  /** Least length of the text so far: a handful of shared objects can stand for an endless tree. */
  units: number;
}

/**
 * Throws `code` with `detail.pointer` and `detail.reason` unless `value` is JSON content, and
 * `content/too-large` when no text of the largest size can hold it.
 *
 * Arrays and plain objects of other realms, objects without a prototype, getters and proxies of
 * all these are content. Members that are `undefined` or not enumerable are left out of it, as are
 * named properties of arrays.
 */
export function refuseCulprit(value: unknown, code: Code): void {
  const walk: Walk = { code, path: [], above: [], units: 0 };
  try {
    visit(value, walk);
  } catch (cause) {
    if (cause instanceof KeepfastError) throw cause;
    // A getter or a trap of a proxy threw: the path still names the property that was read.
    refuse(walk, "unreadable", cause);
  }
}

function visit(value: unknown, walk: Walk): void {
  const type = typeof value;
  walk.units += type === "string" ? (value as string).length : 2;
  if (walk.units > TEXT_BYTES_MAX) throw tooLarge();
  if (value === null || type === "string" || type === "boolean" || Number.isFinite(value)) return;
  if (type === "object") visitContainer(value as object, walk);
  else refuse(walk, type === "number" ? "not-finite" : type);
}

function visitContainer(value: object, walk: Walk): void {
  const { above } = walk;
  if (above.includes(value)) refuse(walk, "cycle");
  if (above.length === DEPTH_MAX) refuse(walk, "too-deep");
  if (!isOfPlainKind(value)) refuse(walk, "instance");
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") refuse(walk, "to-json");
  above.push(value);
  if (Array.isArray(value)) visitElements(value, walk);
  else visitMembers(value, walk);
  above.pop();
}

function visitElements(value: unknown[], walk: Walk): void {
  for (let i = 0; i < value.length; i++) {
    walk.path.push(i);
    visit(value[i], walk);
    walk.path.pop();
  }
}

function visitMembers(value: object, walk: Walk): void {
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) refuse(walk, "symbol");
  }
  for (const key of Object.keys(value)) {
    walk.path.push(key);
    const child = (value as Record<string, unknown>)[key];
    if (child !== undefined) visit(child, walk);
    walk.path.pop();
  }
}

// The prototypes of another realm (a frame, a vm context) are known by what only they have:
// Array.prototype is itself an array, Object.prototype owns isPrototypeOf and inherits nothing.
function isOfPlainKind(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return Array.isArray(prototype);
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

function refuse(walk: Walk, reason: string, cause?: unknown): never {
  const tokens = walk.path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"));
  const pointer = tokens.map((token) => `/${token}`).join("");
  throw refusal(walk.code, { pointer, reason }, cause);
}
