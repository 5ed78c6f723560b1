// Validate and canonicalise with the text already in wasm memory: both doors against `JSON.parse`
// and against published crates in the same page.
import { measure } from "./harness.mjs";
import { atMost, expect, group, timesFaster } from "./result.mjs";
import { CANONICAL, DIGEST, FOREIGN, openCrates, openEngine } from "./boundary.mjs";
import { canonicalize, sha256 } from "./peers.mjs";
import { SCHEMA } from "./schema.mjs";
import { makeState } from "./state.mjs";

const OWN = "keepfast: own door, text of JSON.stringify";
const STRICT = "keepfast: strict door, the same text";
const STRICT_PRETTY = "keepfast: strict door, indented text";
const PARSE = "JSON.parse";
const PARSE_PRETTY = "JSON.parse, indented text";
const CRATES = "serde_json + jtd + serde_jcs in wasm";
const CRATES_BY_HAND = "serde_json + jtd + a writer by hand in wasm";

/** JSON text as Python's `json.dumps` writes it: spaces after separators, all but ASCII escaped. */
function escapedText(value) {
  const escape = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const write = (v) => {
    if (typeof v === "string") return JSON.stringify(v).replace(/[^\x20-\x7e]/g, escape);
    if (Array.isArray(v)) return `[${v.map(write).join(", ")}]`;
    if (v === null || typeof v !== "object") return JSON.stringify(v);
    return `{${Object.keys(v).map((key) => `${write(key)}: ${write(v[key])}`).join(", ")}}`;
  };
  return write(value);
}

async function agree(state, engines, crates) {
  const canonical = canonicalize(state);
  const digest = await sha256(canonical);
  for (const [name, { engine, flags }] of Object.entries(engines)) {
    engine.pass(flags | CANONICAL | DIGEST);
    const { digest: ours, issues } = engine.report();
    expect(issues.length === 0, `${name} finds no issue in a valid state`);
    expect(ours === digest, `${name} gives the digest of canonicalize and SHA-256`);
    engine.pass(flags | CANONICAL);
    expect(engine.output() === canonical, `${name} gives the text of canonicalize`);
  }
  for (const pass of ["passJcs", "passByHand"]) {
    expect(crates[pass]() === 0, `${pass} of the crates finds no issue in a valid state`);
    expect(crates.digest() === digest, `${pass} of the crates gives the digest of canonicalize`);
  }
}

export async function inWasm({ paths, rounds }) {
  const state = makeState(1_500_000);
  const text = JSON.stringify(state);
  const pretty = JSON.stringify(state, null, 2);
  const escaped = escapedText(state);
  const compactEngine = await openEngine(paths, SCHEMA, text);
  const prettyEngine = await openEngine(paths, SCHEMA, pretty);
  const escapedEngine = await openEngine(paths, SCHEMA, escaped);
  const crates = await openCrates(paths, SCHEMA, text);
  const engines = {
    [OWN]: { engine: compactEngine, flags: 0 },
    [STRICT]: { engine: compactEngine, flags: FOREIGN },
    [STRICT_PRETTY]: { engine: prettyEngine, flags: FOREIGN },
    "the strict door, escaped text,": { engine: escapedEngine, flags: FOREIGN },
  };
  await agree(state, engines, crates);
  const samples = await measure(
    {
      [OWN]: () => compactEngine.pass(CANONICAL),
      [STRICT]: () => compactEngine.pass(FOREIGN | CANONICAL),
      [STRICT_PRETTY]: () => prettyEngine.pass(FOREIGN | CANONICAL),
      "keepfast: strict door, escaped text": () => escapedEngine.pass(FOREIGN | CANONICAL),
      [PARSE]: () => JSON.parse(text),
      [PARSE_PRETTY]: () => JSON.parse(pretty),
      "JSON.parse, escaped text": () => JSON.parse(escaped),
      "serde_json parse alone in wasm": () => crates.parse(),
      [CRATES]: () => crates.passJcs(),
      [CRATES_BY_HAND]: () => crates.passByHand(),
    },
    { rounds },
  );
  // Bars are for one text through both doors; indented and escaped texts are shown beside it.
  const claims = [
    atMost(samples, OWN, PARSE, 0.4),
    atMost(samples, STRICT, PARSE, 0.8),
    timesFaster(samples, OWN, CRATES, 12),
    timesFaster(samples, STRICT, CRATES, 6),
  ];
  return [group("validate + canonicalise, text in wasm, 1.5 MB", samples, PARSE, claims)];
}
