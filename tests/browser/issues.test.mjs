// Schema issues: each is shown with the two pointers of RFC 8927, and each pointer leads to its
// place in the text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { playground, usePlayground } from "./kit/setting.mjs";

const MAPPING = "/definitions/module/mapping";

/** What RFC 8927, section 3.3, says of examples/issues.json, read by hand. */
const EXPECTED = [
  ["/openedAt", "/properties/openedAt/type"],
  ["/theme", "/properties/theme/enum"],
  ["/viewport/zoom", "/properties/viewport/properties/zoom/type"],
  ["/viewport/centre/1", "/properties/viewport/properties/centre/elements/type"],
  [
    "/modules/0/settings/series/1",
    `${MAPPING}/chart/properties/settings/properties/series/elements/type`,
  ],
  [
    "/modules/0/settings/rangeHours",
    `${MAPPING}/chart/properties/settings/properties/rangeHours/type`,
  ],
  ["/modules/1/settings/rows", `${MAPPING}/table/properties/settings/properties/rows/type`],
  ["/modules/1/settings/colour", `${MAPPING}/table/properties/settings`],
  ["/modules/2/kind", MAPPING],
  ["/modules/3", `${MAPPING}/note/properties/text`],
  ["/gauges/lock~1gate/unit", "/properties/gauges/values/properties/unit/enum"],
];

usePlayground();

test("every issue appears with its pointer in the document and in the schema", async () => {
  await playground.example("issues");
  assert.equal(await playground.summary(), `${EXPECTED.length} issues against the schema.`);
  const shown = await playground.pointers();
  assert.deepEqual(shown.map(String).sort(), EXPECTED.map(String).sort());
});

test("a pointer leads to its value in the document", async () => {
  const place = await playground.follow("/modules/0/settings/rangeHours");
  assert.deepEqual(place, { pane: "document", selected: "70000" });
  const escaped = await playground.follow("/gauges/lock~1gate/unit");
  assert.deepEqual(escaped, { pane: "document", selected: '"feet"' });
});

test("a pointer leads to its rule in the schema", async () => {
  const place = await playground.follow("/properties/theme/enum");
  assert.deepEqual(place, { pane: "schema", selected: '["day", "dusk", "night"]' });
});

test("a wrong schema is refused with its pointer, and the document still read", async () => {
  await playground.drop("#schema", [
    { name: "wrong.json", text: '{\n  "properties": { "a": { "type": "integer" } }\n}' },
  ]);
  assert.match(await playground.summary(), /Schema, line 2, column \d+: /);
  assert.match(await playground.text("#issues .problem"), /pointer \/properties\/a/);
  assert.match(await playground.text("#digest-rfc8785"), /^[0-9a-f]{64}$/);
  const isMarked = await playground.page.$eval("#schema textarea", (node) => node.ariaInvalid);
  assert.equal(isMarked, "true");
});

test("more issues than the package looks for are told as such", async () => {
  await playground.drop("#document", [{ name: "many.json", text: `[${"0,".repeat(149)}0]` }]);
  await playground.drop("#schema", [
    { name: "texts.schema.json", text: '{"elements":{"type":"string"}}' },
  ]);
  assert.equal(await playground.summary(), "100 issues or more against the schema.");
  assert.equal((await playground.pointers()).length, 100);
});

test("every pointer of a document finds the text of its value", async () => {
  const failures = await playground.page.evaluate(async () => {
    const { locate } = await import("/locate.js");
    const value = {
      "": 1,
      "a/b": [null, "]", { "~": -1.5e3 }],
      "m~n": {},
      "é\"\\": [[], [true, "\\"]],
      last: "{",
    };
    const found = [];
    const visit = (part, pointer, text) => {
      const range = locate(text, pointer);
      const slice = range && text.slice(range.start, range.end);
      if (slice === null || JSON.stringify(JSON.parse(slice)) !== JSON.stringify(part)) {
        found.push(pointer);
      }
      if (part === null || typeof part !== "object") return;
      for (const [name, child] of Object.entries(part)) {
        visit(child, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, text);
      }
    };
    visit(value, "", JSON.stringify(value));
    visit(value, "", ` ${JSON.stringify(value, null, "\t").replaceAll("\n", "\r\n")} `);
    for (const missing of ["/b", "/a~1b/3", "/a~1b/00", "/a~1b/x", "/m~0n/0", "//0"]) {
      if (locate(JSON.stringify(value), missing) !== null) found.push(`found ${missing}`);
    }
    return found;
  });
  assert.deepEqual(failures, []);
});
