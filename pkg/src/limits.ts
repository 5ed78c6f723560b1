// The limits of the engine that are checked before anything is copied into WebAssembly.
// The values are those of the engine's own table of limits; a unit test compares the two.

/** Longest JSON text, in bytes of UTF-8: 64 MiB. */
export const TEXT_BYTES_MAX = 64 * 1024 * 1024;

/** Deepest nesting of arrays and objects. A 129th level is refused. */
export const DEPTH_MAX = 128;

/** Memory, in bytes, beyond which an instance is given back after the call that needed it. */
export const MEMORY_BYTES_KEPT = 64 * 1024 * 1024;
