// Every error code of Keepfast and whether trying again can help, as types.
// Generated from src/error.rs by `cargo xtask codegen`; edits here are overwritten.

/** For each code, whether trying again can help. Codes are never renamed. */
export interface RetryOf {
  /** A value or text is not JSON content; the detail has its pointer and the reason. */
  readonly "content/not-json": "never";
  /** A JSON Patch does not apply to the document. */
  readonly "content/patch-failed": "never";
  /** A text, or the result of a patch, is larger than the limit. */
  readonly "content/too-large": "never";
  /** The engine failed and was replaced; the next call works. */
  readonly "engine/panicked": "later";
  /** WebAssembly cannot run here, or its file cannot be loaded. */
  readonly "engine/unsupported": "never";
  /** A stored record is damaged or incomplete; its bytes are kept. */
  readonly "record/corrupt": "never";
  /** A later version wrote a stored record; its bytes are kept. */
  readonly "record/newer-format": "never";
  /** A schema breaks a rule of JSON Type Definition. */
  readonly "schema/invalid": "never";
  /** An argument that must be a text is none. */
  readonly "usage/not-text": "never";
  /** A patch is not a JSON Patch. */
  readonly "usage/patch-malformed": "never";
  /** A getter or proxy called the engine while it was being read. */
  readonly "usage/reentrant": "never";
  /** A schema is a value that JSON cannot express. */
  readonly "usage/schema-not-json": "never";
  /** An inspected value was changed before its canonical text was asked for. */
  readonly "usage/stale": "never";
  /** A digest profile has an unknown name. */
  readonly "usage/unknown-profile": "never";
  /** A schema was released, or is none of this package's. */
  readonly "usage/unknown-schema": "never";
}

/** A stable name for what went wrong, as `area/what`. */
export type Code = keyof RetryOf;
