// The page in Firefox: an example, issues, a malformed text and a patch, with the results that
// the other files expect of Chromium.

import assert from "node:assert/strict";
import { test } from "node:test";
import { launchFirefox } from "./kit/browsers.mjs";
import { canonicalText, exampleText, sha256 } from "./kit/playground.mjs";
import { playground, usePlayground } from "./kit/setting.mjs";

usePlayground(launchFirefox);

test("in Firefox the first example shows the digest that Node computes", async () => {
  const session = JSON.parse(await exampleText("session.json"));
  assert.equal(await playground.text("#digest-rfc8785"), sha256(canonicalText(session)));
  assert.match(await playground.text("#fact-time"), / ms$/);
});

test("in Firefox the patch to the second version is verified", async () => {
  assert.match(await playground.text("#patch .good"), /^✓ Applied to the document/);
});

test("in Firefox a pointer leads to its value", async () => {
  await playground.example("issues");
  assert.equal(await playground.summary(), "11 issues against the schema.");
  const place = await playground.follow("/theme");
  assert.deepEqual(place, { pane: "document", selected: '"sepia"' });
});

test("in Firefox malformed JSON shows its line", async () => {
  await playground.example("malformed");
  assert.match(await playground.summary(), /^Document, line 6, column \d+: /);
});
