// JSON Type Definition: checking text that is already in wasm, and compiling a schema, against the
// two JTD libraries of npm. Asserts that all validators agree, on invalid states too.
import Ajv from "ajv/dist/jtd";
import * as jtd from "jtd";
import { measure } from "./harness.mjs";
import { cheapest, expect, group, timesFaster } from "./result.mjs";
import { FOREIGN, openCrates, openEngine } from "./boundary.mjs";
import { SCHEMA } from "./schema.mjs";
import { makeState } from "./state.mjs";

const OWN = "keepfast: check over text, own door";
const AJV = "JSON.parse + ajv, compiled";
const JTD = "JSON.parse + npm jtd";
const COMPILE = "keepfast: stringify, encode, compile, release";

/** One way each in which a state can break its schema. */
const DAMAGE = [
  (state) => (state.schemaVersion = -1),
  (state) => (state.metadata.createdAt = "yesterday"),
  (state) => (state.preferences.theme = "sepia"),
  (state) => (state.preferences.decimals = 256),
  (state) => (state.surplus = null),
  (state) => delete state.metadata.owner.userName,
  (state) => (state.panels[1].options.intervalLength = "FORTNIGHTLY"),
  (state) => (state.panels[1].view.columnWidths.name = 80.5),
  (state) => (state.panels[2].options.conditions = [{ test: "unheard of" }, { phrase: "x" }, 7]),
  (state) => (state.panels[3].remarks = [{ id: 1, text: 2, x: "3", y: null }]),
  (state) => (state.panels[0].options.conditions = [
    { test: "all", combine: "and", parts: [{ test: "matches", phrase: 1, exactCase: true }] },
  ]),
];

const pointer = (tokens) =>
  tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
const places = (issues) => issues.map((i) => `${i.instancePath} ${i.schemaPath}`).sort().join("\n");
const jtdPlaces = (issues) =>
  places(
    issues.map(({ instancePath, schemaPath }) => ({
      instancePath: pointer(instancePath),
      schemaPath: pointer(schemaPath),
    })),
  );

async function agreeOn(paths, validate, state, valid) {
  const text = JSON.stringify(state);
  const engine = await openEngine(paths, SCHEMA, text);
  const crates = await openCrates(paths, SCHEMA, text);
  const expected = jtd.validate(SCHEMA, state);
  expect((expected.length === 0) === valid, "npm jtd tells valid states from damaged ones");
  expect(validate(state) === valid, "ajv agrees with npm jtd");
  expect(crates.check() === expected.length, "the crate jtd agrees with npm jtd");
  for (const flags of [0, FOREIGN]) {
    engine.pass(flags);
    const { issues } = engine.report();
    expect(places(issues) === jtdPlaces(expected), `our issues are npm jtd's: ${places(issues)}`);
  }
}

export async function schemaCheck({ paths, rounds }) {
  const state = makeState(1_500_000);
  const text = JSON.stringify(state);
  const validate = new Ajv().compile(SCHEMA);
  await agreeOn(paths, validate, state, true);
  for (const damage of DAMAGE) {
    const damaged = makeState(20_000);
    damage(damaged);
    await agreeOn(paths, validate, damaged, false);
  }
  const engine = await openEngine(paths, SCHEMA, text);
  const crates = await openCrates(paths, SCHEMA, text);
  const samples = await measure(
    {
      [OWN]: () => engine.pass(0),
      "keepfast: check over text, strict door": () => engine.pass(FOREIGN),
      [AJV]: () => validate(JSON.parse(text)),
      [JTD]: () => jtd.validate(SCHEMA, JSON.parse(text)),
      "ajv, compiled, on a live object": () => validate(state),
      "npm jtd on a live object": () => jtd.validate(SCHEMA, state),
      "serde_json + jtd in wasm": () => crates.check(),
    },
    { rounds },
  );
  // The text is JSON.stringify's, as that of the peers; the strict door is shown beside it.
  const claims = [timesFaster(samples, OWN, AJV, 4), timesFaster(samples, OWN, JTD, 10)];
  return [group("JTD check over text, 1.5 MB", samples, AJV, claims)];
}

/** Compiling on an instance that has compiled before; the schema is a new object every time. */
function warmAjv(options) {
  const ajv = new Ajv(options);
  return () => {
    const schema = { ...SCHEMA };
    ajv.compile(schema);
    ajv.removeSchema(schema);
  };
}

export async function schemaCompile({ kit, paths, rounds }) {
  const { glue, put } = await openEngine(paths, SCHEMA, "{}");
  const text = JSON.stringify(SCHEMA);
  put(text);
  const unchecked = { validateSchema: false };
  const unpolished = { validateSchema: false, code: { optimize: false } };
  // The bar is for validators as ajv makes them by default: that is what the checks above run.
  const ajvRows = {
    "ajv: new instance": () => new Ajv().compile(SCHEMA),
    "ajv: new instance, schema not validated": () => new Ajv(unchecked).compile(SCHEMA),
    "ajv: warm instance": warmAjv({}),
    "ajv: warm instance, schema not validated": warmAjv(unchecked),
  };
  const samples = await measure(
    {
      [COMPILE]: () => glue.release_schema(glue.compile_schema(put(JSON.stringify(SCHEMA)))),
      "keepfast: compileSchema(jtd)": () => kit.compileSchema(SCHEMA),
      "JSON.stringify(schema) alone": () => JSON.stringify(SCHEMA),
      "encode alone": () => put(text),
      "compile alone": () => glue.release_schema(glue.compile_schema(text.length)),
      ...ajvRows,
      "ajv: new, not validated, code not optimised": () => new Ajv(unpolished).compile(SCHEMA),
      "ajv: warm, not validated, code not optimised": warmAjv(unpolished),
    },
    { rounds, minMs: 5 },
  );
  const peer = cheapest(samples, Object.keys(ajvRows));
  const claims = [timesFaster(samples, COMPILE, peer, 100)];
  return [group("compiling a schema of 4 kB", samples, peer, claims)];
}
