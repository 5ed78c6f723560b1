// The only file that touches the WebAssembly instance: how it is started, called and replaced.
// What crosses is numbers; JSON text is read from and written to its memory. It must not know
// what the text means, nor where the module comes from (load.ts).

import init, { __wbg_reset_state, type InitOutput, initSync } from "./keepfast.js";
import type { Code, RetryOf } from "./codes.js";
import { type Detail, KeepfastError, refusal } from "./errors.js";
import { MEMORY_BYTES_KEPT } from "./limits.js";

/** Fetches and compiles the module. Called at most once at a time, and again after a failure. */
export type Load = () => Promise<WebAssembly.Module>;

/** What the text of a pass is and what the pass is to produce; flags add up. */
export const FOREIGN = 1;
export const CANONICAL = 2;
export const DIGEST = 4;
export const PRETTY = 8;

/** One place where a value breaks its schema (RFC 8927 section 3.3). */
export interface Issue {
  /** JSON Pointer (RFC 6901) to the offending part of the value. */
  readonly instancePath: string;
  /** JSON Pointer to the part of the schema that it breaks. */
  readonly schemaPath: string;
  /** The same for people, in English. */
  readonly message: string;
}

/** What a pass found out. `bytes` is the length of the canonical text. */
export interface Report {
  readonly bytes: number;
  readonly digest?: string;
  readonly issues: readonly Issue[];
}

const INPUT_BYTES_MIN = 64 * 1024;

/** The exports of the instance: numbers in, numbers out. Addresses come as signed integers. */
let wasm: InitOutput;
let starting: Promise<void> | undefined;
let dead = false;
let busy = false;
let inputBytes = INPUT_BYTES_MIN;

/** Counts the instances: a schema handle is worth something only in the one that gave it. */
export let generation = 0;

/** Counts the pieces of work: the output of one stays until the next. */
export let runs = 0;

/** Whether {@link run} can be called, so that {@link use} does not wait. */
export const isReady = (): boolean => wasm !== undefined;

/** Starts the engine unless that was done. Rejects with `engine/unsupported`; may be retried. */
export function start(load: Load): Promise<void> {
  return (starting ??= load()
    .then((module) => init({ module_or_path: module }))
    .then((exports) => {
      wasm = exports;
    })
    .catch((cause: unknown) => {
      starting = undefined;
      const message = `WebAssembly did not start: ${cause}`;
      throw new KeepfastError("engine/unsupported", message, {}, "never", cause);
    }));
}

/** {@link run}, at once when the engine is there, and otherwise as soon as it is. */
export async function use<T>(load: Load, work: () => T): Promise<T> {
  if (!isReady()) await start(load);
  return run(work);
}

/**
 * Runs one piece of work on the instance, from first to last without a pause.
 *
 * Invariant: the instance is crash-only. Whatever escapes from `work` and is no `KeepfastError`
 * leaves an instance that nobody can vouch for: it is never called again but replaced before
 * the next piece of work, and this one ends with `engine/panicked`. A large instance is replaced
 * too, as WebAssembly memory cannot shrink.
 */
export function run<T>(work: () => T): T {
  if (busy) throw new KeepfastError("usage/reentrant", "called by a value that is being read");
  busy = true;
  try {
    runs++;
    if (dead || wasm.memory.buffer.byteLength > MEMORY_BYTES_KEPT) replace();
    return work();
  } catch (error) {
    if (error instanceof KeepfastError) throw error;
    dead = true;
    const retry = "later" satisfies RetryOf["engine/panicked"];
    throw new KeepfastError("engine/panicked", `the engine failed: ${error}`, {}, retry, error);
  } finally {
    busy = false;
  }
}

// Fresh memory, nothing of the old instance kept: schemas are compiled again by their owners.
function replace(): void {
  try {
    __wbg_reset_state();
  } catch (error) {
    // Chrome before 114 refuses on the main thread, where it instantiates only asynchronously. A
    // large instance serves on there; a dead one stays dead until the page is loaded again.
    if (dead) throw error;
    return;
  }
  wasm = initSync(undefined as never);
  inputBytes = INPUT_BYTES_MIN;
  generation++;
  dead = false;
}

/**
 * The input buffer, of at least `bytes` bytes; what was written before is kept.
 *
 * The view is detached when memory grows: take it anew after every call.
 */
export function input(bytes = 0): Uint8Array {
  inputBytes = Math.max(bytes, inputBytes);
  return bytesAt(wasm.reserve(inputBytes), inputBytes);
}

/** Compiles the schema whose JSON text is the first `length` bytes of the input. */
export const compile = (length: number): number => wasm.compile_schema(length) || raise();

/** Gives up a schema handle of this instance. */
export const release = (handle: number): void => wasm.release_schema(handle);

/**
 * Reads the first `length` bytes of the input once: checks, canonicalises, hashes.
 *
 * `handle` 0 stands for no schema. `explain` may rewrite what a refusal says about the place.
 */
export function pass(
  length: number,
  flags: number,
  handle = 0,
  explain?: (detail: Detail) => Detail,
): Report {
  return wasm.pass(length, flags, handle) ? report() : raise(explain);
}

/** Makes the output the first operand of {@link diff} and {@link applyPatch}. */
export const keep = (): void => wasm.keep();

/** Replaces the output by the patch that turns the kept text into it. */
export const diff = (): unknown => wasm.diff() || raise();

/** Replaces the output by the kept text with the patch in the output applied. */
export const applyPatch = (): unknown => wasm.apply_patch() || raise();

/** The output as a string. It stays until the next piece of work. */
export const output = (): string => textAt(wasm.output_address(), wasm.output_len());

function bytesAt(address: number, length: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, address >>> 0, length);
}

function textAt(address: number, length: number): string {
  return new TextDecoder().decode(bytesAt(address, length));
}

function report<T = Report>(): T {
  return JSON.parse(textAt(wasm.report_address(), wasm.report_len())) as T;
}

function raise(explain = (detail: Detail) => detail): never {
  const { code, detail } = report<{ code: Code; detail: Detail }>();
  throw refusal(code, explain(detail));
}
