// Everything one pass over a value or a text can tell: issues, size, digest, canonical text. What
// they mean is the engine's business.

import * as bridge from "./bridge.js";
import type { Issue, Load, Report } from "./bridge.js";
import { KeepfastError } from "./errors.js";
import { CompiledSchema, type Schema } from "./schema.js";
import { liveSource, type Source, textSource } from "./text.js";

/**
 * The text that a digest is taken of: `rfc8785` is the canonical one; `webviz-pretty-2` the same
 * value indented by two spaces with keys in the order of JavaScript objects, for interchange with
 * digests that such apps have stored.
 */
export type Profile = "rfc8785" | "webviz-pretty-2";

/** What to look at besides the canonical text. */
export interface InspectOptions {
  /** Check against this schema; without it there are no issues. */
  readonly schema?: Schema;
  /** Profile of the digest and of `canonical()`. Default `rfc8785`. */
  readonly profile?: Profile;
}

/** What one pass found out. */
export interface Inspection {
  /** Where the content breaks the schema, at most 100 places; none when valid. */
  readonly issues: readonly Issue[];
  /** Size of the content: bytes of its RFC 8785 text. */
  readonly bytes: number;
  /** SHA-256 of the text of the profile, as 64 lower-case hex digits. */
  readonly digest: string;
  /**
   * The text that the digest is of, made when asked for.
   *
   * Costs next to nothing right after the inspection and another pass later; `usage/stale` when
   * the value was changed in between, so that text and digest never disagree.
   */
  canonical(): string;
}

export const inspectWith =
  (load: Load) =>
  (value: unknown, options?: InspectOptions): Promise<Inspection> =>
    inspection(load, () => liveSource(value), options);

export const inspectTextWith =
  (load: Load) =>
  (json: string | Uint8Array, options?: InspectOptions): Promise<Inspection> =>
    inspection(load, () => textSource(json), options);

export const digestWith =
  (load: Load) =>
  (value: unknown, options?: Pick<InspectOptions, "profile">): Promise<string> =>
    inspection(load, () => liveSource(value), options).then((found) => found.digest);

async function inspection(
  load: Load,
  take: () => Source,
  { schema, profile = "rfc8785" }: InspectOptions = {},
): Promise<Inspection> {
  const pretty = profile === "webviz-pretty-2" ? bridge.PRETTY : 0;
  if (!pretty && profile !== "rfc8785") {
    throw new KeepfastError("usage/unknown-profile", `no digest profile "${profile}"`);
  }
  if (schema && !(schema instanceof CompiledSchema)) {
    throw new KeepfastError("usage/unknown-schema", "compileSchema made no such schema");
  }
  const source = take();
  return bridge.use(load, () => {
    const flags = source.flags | bridge.CANONICAL | bridge.DIGEST | pretty;
    const pass = (handle?: number) => bridge.pass(source.write(), flags, handle, source.explain);
    const report = pass(schema?.handle()) as Required<Report>;
    return { ...report, canonical: laterText(pass, report.digest) };
  });
}

// The text stays in the output, as most callers never ask for it. Once other work has overwritten
// it, it is made again.
function laterText(pass: () => Report, digest: string): () => string {
  const run = bridge.runs;
  const again = () => {
    if (pass().digest === digest) return bridge.output();
    throw new KeepfastError("usage/stale", "the value was changed since it was inspected");
  };
  return () => (run === bridge.runs ? bridge.output() : bridge.run(again));
}
