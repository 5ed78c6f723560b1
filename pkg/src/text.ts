// Texts on their way into memory: what a pass has to know about one, whether our own code made it
// or others wrote it, and how a place in it is told to who passed it. How it is written is
// writer.ts's business.

import { FOREIGN, isReady } from "./bridge.js";
import { type Detail, KeepfastError } from "./errors.js";
import { textOf, writeBytes, writeText, writeValue } from "./writer.js";

/** A text on its way into memory. */
export interface Source {
  /** Flags for the pass that reads it. */
  readonly flags: number;
  /** Writes the text to the input buffer and answers its length in bytes. */
  write(): number;
  /** Rewrites what the engine says about a place in the text for who passed the value. */
  explain(detail: Detail): Detail;
}

/**
 * A live value, read before this function returns when the engine is there to take it, and
 * turned into a string at once when it is not: later changes to the value do not matter.
 */
export function liveSource(value: unknown): Source {
  const text = isReady() ? undefined : textOf(value);
  return {
    flags: 0,
    write: () => (text === undefined ? writeValue(value) : writeText(text)),
    // The text is none that the caller has seen: an offset into it would say nothing.
    explain: ({ offset: _, ...detail }) => detail,
  };
}

/** A text that others wrote, as a string or as bytes of UTF-8. */
export function textSource(text: string | Uint8Array): Source {
  if (typeof text === "string") {
    return {
      flags: FOREIGN,
      write: () => writeText(withLoneSurrogateEscaped(text)),
      explain: (detail) => ({ ...detail, index: indexAt(text, detail.offset ?? 0) }),
    };
  }
  if (!(text instanceof Uint8Array)) {
    throw new KeepfastError("usage/not-text", "expected a string or a Uint8Array");
  }
  return { flags: FOREIGN, write: () => writeBytes(text), explain: (detail) => detail };
}

// TextEncoder writes U+FFFD for half a surrogate pair, which would alter the text silently. As an
// escape it reaches the engine, which refuses it and names the place.
function withLoneSurrogateEscaped(text: string): string {
  if ((text as { isWellFormed?: () => boolean }).isWellFormed?.()) return text;
  const lone = text.search(/\p{Surrogate}/u);
  if (lone < 0) return text;
  return `${text.slice(0, lone)}\\u${text.charCodeAt(lone).toString(16)}${text.slice(lone + 1)}`;
}

// As many units as fill `offset` bytes.
function indexAt(text: string, offset: number): number {
  return new TextEncoder().encodeInto(text, new Uint8Array(offset)).read;
}
