// Every error code of Keepfast and whether trying again can help, as types.
// Generated from src/error.rs by `cargo xtask codegen`; edits here are overwritten.

/** For each code, whether trying again can help. Codes are never renamed. */
export interface RetryOf {
  /** Content was damaged on its way to the server; it is sent again. */
  readonly "content/digest-mismatch": "later";
  /** Content breaks the schema of its collection; the issues have the places. */
  readonly "content/invalid": "after-user";
  /** A value or text is not JSON content; the detail has its pointer and the reason. */
  readonly "content/not-json": "never";
  /** A JSON Patch does not apply to the document. */
  readonly "content/patch-failed": "never";
  /** The server made something else of a patch than was meant. */
  readonly "content/patch-mismatch": "never";
  /** A newer version of the app wrote the document; update to save. */
  readonly "content/schema-older": "after-user";
  /** A text, or the result of a patch, is larger than the limit. */
  readonly "content/too-large": "never";
  /** There is no such document, or it is not to be seen. */
  readonly "document/not-found": "never";
  /** The engine failed and was replaced; the next call works. */
  readonly "engine/panicked": "later";
  /** WebAssembly cannot run here, or its file cannot be loaded. */
  readonly "engine/unsupported": "never";
  /** A title or description is too long or too short. */
  readonly "metadata/out-of-limits": "after-user";
  /** A stored record is damaged or incomplete; its bytes are kept. */
  readonly "record/corrupt": "never";
  /** A later version wrote a stored record; its bytes are kept. */
  readonly "record/newer-format": "never";
  /** The server was told a write without the state it builds on. */
  readonly "request/base-required": "never";
  /** The server found a request that breaks the protocol. */
  readonly "request/malformed": "never";
  /** The server was told a body of another type than JSON. */
  readonly "request/media-type": "never";
  /** The server has no such path for this method. */
  readonly "request/method": "never";
  /** A schema breaks a rule of JSON Type Definition. */
  readonly "schema/invalid": "never";
  /** The server has newer content; choose what to keep. */
  readonly "sync/conflict": "after-user";
  /** Whoever is signed in may see the document and not change it. */
  readonly "sync/forbidden": "after-user";
  /** The document was deleted on the server; what is here stays. */
  readonly "sync/gone": "after-user";
  /** The server wants fewer requests; it is asked again when it said. */
  readonly "sync/rate-limited": "later";
  /** The server failed; the request is made again. */
  readonly "sync/server": "later";
  /** The space on the server has no room left. */
  readonly "sync/space-full": "after-user";
  /** Nobody is signed in; what was saved waits until somebody is. */
  readonly "sync/unauthorized": "after-user";
  /** The server rests; it is asked again when it said. */
  readonly "sync/unavailable": "later";
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
