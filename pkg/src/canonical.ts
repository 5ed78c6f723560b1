// Canonical text (RFC 8785) of live values and of text that others wrote. The rules of that text
// are the engine's; here its input is chosen and its output read.

import * as bridge from "./bridge.js";
import type { Load } from "./bridge.js";
import { liveSource, type Source, textSource } from "./text.js";

export const canonicalizeWith =
  (load: Load) =>
  (value: unknown): Promise<string> =>
    canonicalOf(load, () => liveSource(value));

export const canonicalizeTextWith =
  (load: Load) =>
  (json: string | Uint8Array): Promise<string> =>
    canonicalOf(load, () => textSource(json));

async function canonicalOf(load: Load, take: () => Source): Promise<string> {
  const source = take();
  return bridge.use(load, () => {
    canonicalOutput(source);
    return bridge.output();
  });
}

/** Makes the canonical text of a source the output. To be called inside `bridge.run`. */
export function canonicalOutput(source: Source): void {
  bridge.pass(source.write(), source.flags | bridge.CANONICAL, 0, source.explain);
}
