// The page as a newcomer meets it: the examples load by themselves and at a click, and what they
// show equals what Node computes from the same texts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText, exampleText, sha256 } from "./kit/playground.mjs";
import { browser, playground, server, usePlayground } from "./kit/setting.mjs";

/** RFC 8785 text of examples/session.json, written by hand. */
const SESSION_CANONICAL =
  '{"gauges":{"lock-gate":{"offset":-3,"unit":"cm","warnAbove":435},' +
  '"north-pier":{"offset":0,"unit":"cm","warnAbove":420}},"modules":[' +
  '{"id":"level","kind":"chart","settings":{"rangeHours":36,' +
  '"series":["north-pier","lock-gate"],"smooth":true}},' +
  '{"id":"alarms","kind":"table","settings":{"columns":["time","gauge","level"],"rows":25,' +
  '"sortBy":null}},{"id":"handover","kind":"note",' +
  '"text":"The lock gate reads 3 cm high after rain. Zürich asked for the curve in µm."}],' +
  '"openedAt":"2026-03-14T08:30:00Z","theme":"dusk","title":"Harbour tide watch",' +
  '"viewport":{"centre":[53.5411,9.9843],"zoom":1.5}}';

usePlayground();

test("the first example shows both digests, the sizes and the canonical text", async () => {
  assert.equal(await playground.text("#digest-rfc8785"), sha256(SESSION_CANONICAL));
  const sorted = JSON.stringify(JSON.parse(SESSION_CANONICAL), null, 2);
  assert.equal(await playground.text("#digest-webviz-pretty-2"), sha256(sorted));
  assert.equal(await playground.text("#canonical"), SESSION_CANONICAL);
  const size = Buffer.byteLength(SESSION_CANONICAL);
  assert.match(await playground.text("#fact-canonical"), new RegExp(`^${size} bytes \\(`));
  const textSize = Buffer.byteLength(await exampleText("session.json"));
  assert.equal(await playground.text("#fact-text"), `${textSize} bytes`);
  assert.match(await playground.text("#fact-time"), /^(under 1|\d+(\.\d)?) ms$/);
});

test("the first example fits its schema", async () => {
  assert.match(await playground.summary(), /^The document fits its schema\./);
  assert.match(await playground.text("#issues"), /^No issues/);
});

test("the notebook fits its schema and has the digest that Node computes", async () => {
  await playground.example("notebook");
  const notebook = JSON.parse(await exampleText("notebook.ipynb"));
  assert.equal(await playground.text("#digest-rfc8785"), sha256(canonicalText(notebook)));
  assert.equal(await playground.summary(), "The document fits its schema.");
});

test("the copy button puts the digest into the clipboard and says so", async () => {
  const permissions = ["clipboard-read", "clipboard-sanitized-write"];
  await browser.defaultBrowserContext().overridePermissions(server.origin, permissions);
  await playground.page.bringToFront();
  await playground.page.click('[data-copies="digest-rfc8785"]');
  await playground.until(() => document.querySelector("#announcement").textContent !== "");
  assert.match(await playground.text("#announcement"), /^Copied/);
  const copied = await playground.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await playground.text("#digest-rfc8785"));
});

test("a document of one's own clears the schema and the second version of an example", async () => {
  await playground.example("session");
  await playground.drop("#document", [{ name: "own.json", text: '{"v":0}' }]);
  assert.equal(await playground.summary(), "The document is JSON; no schema is given.");
  assert.equal(await playground.text("#digest-rfc8785"), sha256('{"v":0}'));
  assert.equal(await playground.text("#schema-status"), "Empty");
  assert.equal(await playground.text("#second-status"), "Empty");
});

test("files dropped beside the panes go to the panes that their names and order tell", async () => {
  await playground.drop("h1", [
    { name: "a.json", text: '{"a":1}' },
    { name: "a.schema.json", text: '{"properties":{"a":{"type":"uint8"}}}' },
    { name: "b.json", text: '{"a":2}' },
  ]);
  assert.equal(await playground.text("#document .name"), "a.json");
  assert.equal(await playground.text("#schema .name"), "a.schema.json");
  assert.equal(await playground.text("#second .name"), "b.json");
  assert.match(await playground.summary(), /fits its schema.*1 operation leads to the second/);
});
