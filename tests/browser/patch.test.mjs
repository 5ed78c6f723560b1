// A second document: the patch to it, its size, and the check that it leads there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText, exampleText, sha256 } from "./kit/playground.mjs";
import { playground, usePlayground } from "./kit/setting.mjs";

usePlayground();

test("the second version shows a verified patch that is smaller than the document", async () => {
  const second = JSON.parse(await exampleText("session-next.json"));
  const says = await playground.text("#patch .good");
  assert.match(says, /^✓ Applied to the document, it gives the digest/);
  assert.equal(await playground.text("#patch .good code"), sha256(canonicalText(second)));
  const size = /^(\d+) operations, (\d+) bytes, (\d+) % of the second document/;
  const [, operations, bytes, share] = size.exec(await playground.text("#patch p"));
  assert.ok(Number(bytes) < Buffer.byteLength(canonicalText(second)) && Number(share) < 100);
  const items = await playground.page.$$eval("#patch li", (nodes) => nodes.length);
  assert.equal(items, Number(operations));
  assert.ok((await playground.summary()).includes(`The patch of ${operations} operations leads`));
});

test("the operations name path and value", async () => {
  // The long member stays as it is: without it, replacing everything would be the smaller patch.
  const long = "a".repeat(300);
  const first = JSON.stringify({ long, "b/c": [1, 2], gone: 0 });
  const second = JSON.stringify({ long, "b/c": [1, 2, "new"] });
  await playground.drop("#document", [{ name: "a.json", text: first }]);
  await playground.drop("#second", [{ name: "b.json", text: second }]);
  const items = await playground.page.$$eval("#patch li", (nodes) =>
    nodes.map((node) => node.textContent.trim()),
  );
  assert.equal(items.length, 2);
  assert.ok(items.includes("remove /gone"), items.join("; "));
  assert.ok(items.some((item) => /^add \/b~1c\/(2|-) "new"$/.test(item)), items.join("; "));
});

test("equal content in other words needs no operations", async () => {
  await playground.drop("#document", [{ name: "a.json", text: '{"a":1.0,"b":"\\u00e9"}' }]);
  await playground.drop("#second", [{ name: "b.json", text: '{ "b": "é", "a": 1e0 }' }]);
  assert.match(await playground.text("#patch p"), /^No operations/);
});
