// The API bound to the loader of the main entry. Each function is made by itself, so that an app
// that uses one carries one; making them does nothing. inline.ts has the same names.

import { start } from "./bridge.js";
import { canonicalizeTextWith, canonicalizeWith } from "./canonical.js";
import { compile, type WasmSource } from "./compile.js";
import { digestWith, inspectTextWith, inspectWith } from "./inspect.js";
import { loadFile } from "./load.js";
import { applyPatchWith, diffWith } from "./patch.js";
import { compileSchemaWith } from "./schema.js";

/**
 * Compiles a JSON Type Definition (RFC 8927).
 *
 * Rejects with `schema/invalid` and the JSON Pointer in `detail.pointer`, and with
 * `usage/schema-not-json` for what is no JSON at all.
 */
export const compileSchema = /* @__PURE__ */ compileSchemaWith(loadFile);

/**
 * The RFC 8785 text of a value.
 *
 * Equal content has equal text, whatever the order of its members. The value is read before the
 * promise is returned. Rejects with `content/not-json` and `detail.pointer`, and with
 * `content/too-large` beyond 64 MiB.
 */
export const canonicalize = /* @__PURE__ */ canonicalizeWith(loadFile);

/**
 * The RFC 8785 text of JSON text that others wrote: a string or bytes of UTF-8.
 *
 * Rejects with `content/not-json` for what is not strict JSON (duplicate keys, lone surrogates and
 * numbers beyond a double among it), with `detail.offset` in bytes, `detail.index` into the string
 * and `detail.pointer`.
 */
export const canonicalizeText = /* @__PURE__ */ canonicalizeTextWith(loadFile);

/**
 * SHA-256 over the text of a value, as 64 lower-case hex digits. The text is the RFC 8785 one
 * unless `profile` says otherwise. Rejects as {@link canonicalize} does.
 */
export const digest = /* @__PURE__ */ digestWith(loadFile);

/** The JSON Patch (RFC 6902) that turns `a` into `b`; empty when they are equal content. */
export const diff = /* @__PURE__ */ diffWith(loadFile);

/**
 * Applies a JSON Patch to a copy of `a` and resolves with the result; `a` stays as it was.
 *
 * All or nothing: rejects with `content/patch-failed` when an operation does not apply, and with
 * `usage/patch-malformed` when the patch is none.
 */
export const applyPatch = /* @__PURE__ */ applyPatchWith(loadFile);

/** Checks, measures and hashes a value in one pass. Rejects as {@link canonicalize} does. */
export const inspect = /* @__PURE__ */ inspectWith(loadFile);

/** The same for JSON text that others wrote. Rejects as {@link canonicalizeText} does. */
export const inspectText = /* @__PURE__ */ inspectTextWith(loadFile);

/**
 * Loads the engine ahead of its first use. Never needed; resolves at once when it is loaded.
 *
 * `source` is for pages that know better where the module comes from, and for platforms that
 * forbid compiling: the URL of `keepfast/keepfast.wasm`, a response, bytes, or a compiled module.
 * The first call that loads decides. Rejects with `engine/unsupported`.
 */
export const preload = (source?: WasmSource | Promise<WasmSource>): Promise<void> =>
  start(source === undefined ? loadFile : () => compile(source));
