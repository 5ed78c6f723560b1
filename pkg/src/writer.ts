// Writes JSON text into the input of the instance. A live value is written piece by piece without
// ever existing as one string. Everything here but `textOf` runs inside `bridge.run`; what a text
// is for, and who wrote it, is text.ts's business.

import { input } from "./bridge.js";
import type { Code } from "./codes.js";
import { measure, ODD } from "./content.js";
import { refuseCulprit } from "./culprit.js";
import { KeepfastError, refusal, tooLarge } from "./errors.js";
import { DEPTH_MAX, TEXT_BYTES_MAX } from "./limits.js";

// A whole state in one JSON.stringify falls off the fast paths of V8 (one wide character makes
// all of it two-byte), and its text does not fit the caches. Pieces of this many UTF-16 units
// avoid both; a piece may become twice as long before it is cut.
const PIECE_UNITS = 24_000;
const PIECE_UNITS_MAX = 2 * PIECE_UNITS;

const COMMA = 44;

let view: Uint8Array;
let at = 0;

/**
 * The JSON text of a live value as one string: for schemas, for what has to wait until the engine
 * is loaded, and for values that are not as plain as they could be. Throws `code` as
 * {@link refuseCulprit} does.
 */
export function textOf(value: unknown, code: Code = "content/not-json"): string {
  refuseCulprit(value, code);
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // A getter or proxy that gave something else, or threw, the second time.
    if (cause instanceof KeepfastError) throw cause;
    throw refusal(code, { pointer: "", reason: "unreadable" }, cause);
  }
}

/** Writes a string to the input buffer and answers its length in bytes of UTF-8. */
export function writeText(text: string): number {
  begin();
  put(text);
  return at;
}

/** Copies bytes to the input buffer and answers their number. */
export function writeBytes(bytes: Uint8Array): number {
  if (bytes.length > TEXT_BYTES_MAX) throw tooLarge();
  input(bytes.length).set(bytes);
  return bytes.length;
}

/**
 * Writes the JSON text of a live value and answers its length. Throws `content/not-json`.
 *
 * Invariant: the bytes are those of JSON.stringify of the whole value.
 */
export function writeValue(value: unknown): number {
  begin();
  if (!attempt(value)) {
    at = 0;
    put(textOf(value));
  }
  return at;
}

// False: something in there is not plain data, or threw when it was read.
function attempt(value: unknown): boolean {
  try {
    return emit(value, measure(value, PIECE_UNITS_MAX), DEPTH_MAX - 1);
  } catch (error) {
    if (error instanceof KeepfastError || error instanceof WebAssembly.RuntimeError) throw error;
    return false;
  }
}

function emit(value: unknown, units: number, levels: number): boolean {
  if (units === ODD) return false;
  if (units <= PIECE_UNITS_MAX || typeof value !== "object") {
    put(JSON.stringify(value));
    return true;
  }
  return Array.isArray(value) ? emitArray(value, levels) : emitObject(value as object, levels);
}

function emitArray(value: unknown[], levels: number): boolean {
  putByte(91);
  let from = 0;
  while (from < value.length) {
    let to = from;
    let units = 0;
    for (let sum = 0; to < value.length && sum < PIECE_UNITS; to++) {
      units = measure(value[to], PIECE_UNITS_MAX, levels);
      if (units === ODD) return false;
      if (units > PIECE_UNITS_MAX) break;
      sum += units;
    }
    if (to > from) {
      put(JSON.stringify(value.slice(from, to)).slice(1, -1));
    } else if (!emit(value[to++], units, levels - 1)) return false;
    putByte(COMMA);
    from = to;
  }
  close(93);
  return true;
}

function emitObject(value: object, levels: number): boolean {
  putByte(123);
  let text = "";
  for (const key of Object.keys(value)) {
    const child = (value as Record<string, unknown>)[key];
    if (child === undefined) continue;
    const units = measure(child, PIECE_UNITS_MAX, levels);
    if (units === ODD) return false;
    text += `${JSON.stringify(key)}:`;
    if (units <= PIECE_UNITS_MAX) text += `${JSON.stringify(child)},`;
    if (units > PIECE_UNITS_MAX || text.length > PIECE_UNITS) {
      put(text);
      text = "";
    }
    if (units > PIECE_UNITS_MAX) {
      if (!emit(child, units, levels - 1)) return false;
      text = ",";
    }
  }
  put(text);
  close(125);
  return true;
}

function begin(): void {
  view = input();
  at = 0;
}

// encodeInto stops before the first character that does not fit. Three bytes for every unit that
// is left are always enough, and most texts never need them.
function put(text: string): void {
  if (at + text.length > TEXT_BYTES_MAX) throw tooLarge();
  makeRoom(text.length);
  const { read, written } = new TextEncoder().encodeInto(text, view.subarray(at));
  at += written;
  if (read < text.length) {
    makeRoom(3 * (text.length - read));
    put(text.slice(read));
  }
}

function putByte(byte: number): void {
  makeRoom(1);
  view[at++] = byte;
}

// The comma behind the last element or member goes.
function close(byte: number): void {
  if (view[at - 1] === COMMA) at--;
  putByte(byte);
}

function makeRoom(bytes: number): void {
  if (at + bytes > view.length) view = input(Math.max(at + bytes, 2 * view.length));
}
