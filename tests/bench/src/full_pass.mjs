// From the live object to the digest, validated, through the package's public door, against what
// applications do today. Also shows where the time of that pass goes, stage by stage.
import * as peers from "./peers.mjs";
import { measure } from "./harness.mjs";
import { atMost, expect, group } from "./result.mjs";
import { CANONICAL, DIGEST, openEngine } from "./boundary.mjs";
import { SCHEMA } from "./schema.mjs";
import { makeState } from "./state.mjs";

const OURS = "keepfast: inspect(value, { schema })";
const WEBVIZ = "Webviz's way: sorted copy, stringify(, 2), subtle *";
const CANONICALIZE = "canonicalize + subtle";
const STABLE = "fast-json-stable-stringify + subtle";

/** Peers whose name ends in a star give another answer than ours; the others give the same. */
async function agree({ inspect }, schema, state) {
  const { digest, issues } = await inspect(state, { schema });
  expect(issues.length === 0, "inspect finds no issue in a valid state");
  expect(digest === (await peers.canonicalizeDigest(state)), "canonicalize gives our digest");
  expect(digest === (await peers.stableStringifyDigest(state)), "stable stringify gives it too");
  expect(digest !== peers.objectHash(state), "object-hash gives another answer");
  const pretty = await inspect(state, { schema, profile: "webviz-pretty-2" });
  expect(pretty.digest === (await peers.webvizDigest(state)), "webviz-pretty-2 is Webviz's digest");
}

/** The bar: 1.5 MB against Webviz's way, and ahead of every peer that gives the same answer. */
export async function fullPass({ kit, engine, rounds }) {
  const state = makeState(1_500_000);
  const schema = await kit.compileSchema(SCHEMA);
  await agree(kit, schema, state);
  const samples = await measure(
    {
      [OURS]: () => kit.inspect(state, { schema }),
      "keepfast: the same without a schema": () => kit.inspect(state),
      "keepfast: profile webviz-pretty-2": () =>
        kit.inspect(state, { schema, profile: "webviz-pretty-2" }),
      [WEBVIZ]: () => peers.webvizDigest(state),
      [CANONICALIZE]: () => peers.canonicalizeDigest(state),
      [STABLE]: () => peers.stableStringifyDigest(state),
      "object-hash *": () => peers.objectHash(state),
      "JSON.stringify alone": () => JSON.stringify(state),
    },
    { rounds },
  );
  const claims = [
    atMost(samples, OURS, WEBVIZ, engine === "firefox" ? 0.6 : 0.5),
    atMost(samples, OURS, CANONICALIZE, 1),
    atMost(samples, OURS, STABLE, 1),
  ];
  return [group("live object to digest, 1.5 MB", samples, WEBVIZ, claims)];
}

const VARIANTS = [
  ["20 kB", 20_000, {}],
  ["200 kB", 200_000, {}],
  ["1.5 MB built in the page, not parsed", 1_500_000, { origin: "built" }],
  ["1.5 MB of ASCII", 1_500_000, { script: "ascii" }],
  ["1.5 MB with many numbers", 1_500_000, { numeric: true }],
];

/** The same pass over other sizes and kinds of state; no bars. */
export async function fullPassVariants({ kit, rounds }) {
  const schema = await kit.compileSchema(SCHEMA);
  const groups = [];
  for (const [label, size, options] of VARIANTS) {
    const state = makeState(size, options);
    await agree(kit, schema, state);
    const samples = await measure(
      {
        [OURS]: () => kit.inspect(state, { schema }),
        [WEBVIZ]: () => peers.webvizDigest(state),
        [CANONICALIZE]: () => peers.canonicalizeDigest(state),
        "JSON.stringify alone": () => JSON.stringify(state),
      },
      { rounds },
    );
    groups.push(group(`live object to digest, ${label}`, samples, WEBVIZ));
  }
  return groups;
}

/** Where the time of a full pass goes: each stage alone, with its input ready. */
export async function stages({ kit, paths, rounds }) {
  const state = makeState(1_500_000);
  const schema = await kit.compileSchema(SCHEMA);
  const { measure: walk } = await import(paths.content);
  const { liveSource } = await import(paths.text);
  const text = JSON.stringify(state);
  const engine = await openEngine(paths, SCHEMA, text);
  const bytes = new TextEncoder().encode(text);
  const encoder = new TextEncoder();
  const sink = new Uint8Array(text.length * 3);
  const samples = await measure(
    {
      [OURS]: () => kit.inspect(state, { schema }),
      "JSON.stringify alone": () => JSON.stringify(state),
      "encodeInto alone, text ready": () => encoder.encodeInto(text, sink),
      "stringify + encodeInto, in one piece": () =>
        encoder.encodeInto(JSON.stringify(state), sink),
      "keepfast: walk, to find what is no JSON": () => walk(state, 2 ** 30),
      "keepfast: walk, stringify and write, in pieces": () => liveSource(state).write(),
      "keepfast: pass with schema": () => engine.pass(0),
      "keepfast: pass with schema, canonical": () => engine.pass(CANONICAL),
      "keepfast: pass with schema, canonical, digest": () => engine.pass(CANONICAL | DIGEST),
      "keepfast: pass without schema, canonical": () =>
        engine.pass(CANONICAL, { checked: false }),
      "crypto.subtle over as many bytes": () => crypto.subtle.digest("SHA-256", bytes),
    },
    { rounds },
  );
  return [group("stages of a full pass, 1.5 MB", samples, "JSON.stringify alone")];
}
