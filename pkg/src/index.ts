// The public surface of `keepfast`, and the types of `keepfast/inline`. Re-exports only: nothing
// is decided here.

export {
  applyPatch,
  canonicalize,
  canonicalizeText,
  compileSchema,
  diff,
  digest,
  inspect,
  inspectText,
  preload,
} from "./main.js";
export { KeepfastError } from "./errors.js";
export type { Issue } from "./bridge.js";
export type { Code, RetryOf } from "./codes.js";
export type { WasmSource } from "./compile.js";
export type { Detail, Retry } from "./errors.js";
export type { InspectOptions, Inspection, Profile } from "./inspect.js";
export type { Patch, PatchOperation } from "./patch.js";
export type { Schema } from "./schema.js";
