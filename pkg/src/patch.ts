// Patches between two values (RFC 6902). Both operands and the result cross as text; the result
// is read back by JSON.parse, for which "__proto__" is a key like any other.

import * as bridge from "./bridge.js";
import type { Load } from "./bridge.js";
import { canonicalOutput } from "./canonical.js";
import { liveSource } from "./text.js";

/** One operation of a JSON Patch (RFC 6902 section 4). */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** A JSON Patch: operations to be applied in this order. */
export type Patch = readonly PatchOperation[];

export const diffWith =
  (load: Load) =>
  (a: unknown, b: unknown): Promise<PatchOperation[]> =>
    combine(load, a, b, bridge.diff) as Promise<PatchOperation[]>;

export const applyPatchWith =
  (load: Load) =>
  (a: unknown, patch: Patch): Promise<unknown> =>
    combine(load, a, patch, bridge.applyPatch);

async function combine(load: Load, a: unknown, b: unknown, how: () => unknown): Promise<unknown> {
  const kept = liveSource(a);
  const other = liveSource(b);
  return bridge.use(load, () => {
    canonicalOutput(kept);
    bridge.keep();
    canonicalOutput(other);
    how();
    return JSON.parse(bridge.output());
  });
}
