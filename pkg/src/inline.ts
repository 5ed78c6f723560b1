// `keepfast/inline`: the API of index.ts with the WebAssembly inlined, for places that cannot
// fetch the file or load it later (service workers, single-file builds, strict connect-src).

import { start } from "./bridge.js";
import { canonicalizeTextWith, canonicalizeWith } from "./canonical.js";
import { compile, decode, type WasmSource } from "./compile.js";
import { digestWith, inspectTextWith, inspectWith } from "./inspect.js";
import { applyPatchWith, diffWith } from "./patch.js";
import { compileSchemaWith } from "./schema.js";
import { base64 } from "./wasm-base64.js";

export { KeepfastError } from "./errors.js";

const loadInlined = async (): Promise<WebAssembly.Module> => compile(decode(base64));

export const compileSchema = /* @__PURE__ */ compileSchemaWith(loadInlined);
export const canonicalize = /* @__PURE__ */ canonicalizeWith(loadInlined);
export const canonicalizeText = /* @__PURE__ */ canonicalizeTextWith(loadInlined);
export const digest = /* @__PURE__ */ digestWith(loadInlined);
export const diff = /* @__PURE__ */ diffWith(loadInlined);
export const applyPatch = /* @__PURE__ */ applyPatchWith(loadInlined);
export const inspect = /* @__PURE__ */ inspectWith(loadInlined);
export const inspectText = /* @__PURE__ */ inspectTextWith(loadInlined);
export const preload = (source?: WasmSource | Promise<WasmSource>): Promise<void> =>
  start(source === undefined ? loadInlined : () => compile(source));
