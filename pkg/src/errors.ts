// The one error class of the package, and the sentences in it. It knows no engine and no codes
// beyond their type; what the engine refuses arrives through the bridge as a code and a detail.

import type { Code } from "./codes.js";
import { TEXT_BYTES_MAX } from "./limits.js";

/** Whether trying again can help: never, later, or after a person did something. */
export type Retry = "never" | "later" | "after-user";

/** What a {@link KeepfastError} says to programs. Which members are there depends on the code. */
export interface Detail {
  /** JSON Pointer (RFC 6901) to the place in the value or text; `""` is the whole of it. */
  readonly pointer?: string;
  /** What is wrong there, as a stable word: `duplicate-key`, `lone-surrogate`, `cycle` … */
  readonly reason?: string;
  /** Place in the text in bytes of UTF-8, counted from 0. */
  readonly offset?: number;
  /** The same place in the string that was passed, in UTF-16 units: an index into it. */
  readonly index?: number;
  /** The limit that was passed, in the unit of what was limited (bytes for a text). */
  readonly limit?: number;
  readonly [more: string]: unknown;
}

/**
 * Everything this package throws or rejects with.
 *
 * Tell errors apart by `code`, not by `instanceof`: a page can hold two copies of a package.
 */
export class KeepfastError extends Error {
  /** What happened, as `area/what`. Codes are never renamed. */
  declare readonly code: Code;
  /** Whether trying again can help. */
  declare readonly retry: Retry;
  /** Where and why, for programs. */
  declare readonly detail: Detail;

  /** Made by the package; apps have no need to. */
  constructor(
    code: Code,
    message: string,
    detail: Detail = {},
    retry: Retry = "never",
    cause?: unknown,
  ) {
    super(message, cause ? { cause } : undefined);
    Object.assign(this, { name: "KeepfastError", code, retry, detail });
  }
}

/** The refusal of a value, text, schema or patch at the place that `detail` names. */
export function refusal(code: Code, detail: Detail, cause?: unknown): KeepfastError {
  const { reason, pointer = "" } = detail;
  return new KeepfastError(code, `${code}: ${reason} at "${pointer}"`, detail, "never", cause);
}

/** The refusal of a text beyond {@link TEXT_BYTES_MAX}, before anything of it is copied. */
export function tooLarge(): KeepfastError {
  const limit = TEXT_BYTES_MAX;
  return new KeepfastError("content/too-large", `the text has more than ${limit} bytes`, { limit });
}
