// Texts that are not JSON, and files that are not text: the page names the exact place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Playground, exampleText } from "./kit/playground.mjs";
import { serve } from "./kit/server.mjs";
import { browser, playground, usePlayground } from "./kit/setting.mjs";

usePlayground();

test("malformed JSON shows line, column, byte, pointer and the place in the text", async () => {
  await playground.example("malformed");
  const text = await exampleText("malformed.json");
  const index = text.indexOf(", }") + 2;
  const column = index - text.lastIndexOf("\n", index);
  assert.match(await playground.summary(), new RegExp(`^Document, line 6, column ${column}: `));
  const problem = await playground.text("#issues .problem");
  const place = `Line 6, column ${column}`;
  assert.ok(problem.includes(`${place} · byte ${index} · pointer /modules/1`), problem);
  assert.equal(await playground.text("#digest-rfc8785"), "–");
  assert.deepEqual(await playground.follow(place), { pane: "document", selected: "}" });
});

test("a repeated member is refused with the pointer of the member", async () => {
  await playground.drop("#document", [{ name: "twice.json", text: '{"a":{"é😀":1,\n "é😀":2}}' }]);
  assert.match(await playground.summary(), /^Document, line 2, column \d+: /);
  assert.match(await playground.text("#issues .problem"), /pointer \/a\/é😀/);
});

test("columns count characters, not bytes or UTF-16 units", async () => {
  await playground.drop("#document", [{ name: "wide.json", text: '["é😀", x]' }]);
  assert.match(await playground.summary(), /^Document, line 1, column 8: /);
});

test("a text that ends too early is refused at its end", async () => {
  await playground.drop("#document", [{ name: "short.json", text: '{\n"a": [1, 2' }]);
  assert.match(await playground.summary(), /^Document, line 2, column 11: /);
});

test("a file that is not UTF-8 is refused with the byte, not repaired silently", async () => {
  const bytes = [...Buffer.from('{"a": "'), 0xff, ...Buffer.from('"}')];
  await playground.drop("#document", [{ name: "latin.json", bytes }]);
  assert.match(await playground.summary(), /latin\.json is not UTF-8 text: byte 7 fits nowhere/);
  assert.equal(await playground.text("#digest-rfc8785"), "–");
});

test("a byte order mark is named, as no editor shows it", async () => {
  const bytes = [0xef, 0xbb, 0xbf, ...Buffer.from("[]")];
  await playground.drop("#document", [{ name: "mark.json", bytes }]);
  assert.match(await playground.summary(), /^Document, line 1, column 1: .+ byte order mark/);
});

test("a malformed second document leaves the first one's result and is not compared", async () => {
  await playground.drop("#document", [{ name: "good.json", text: "[1]" }]);
  await playground.drop("#second", [{ name: "bad.json", text: "[1" }]);
  assert.match(await playground.summary(), /Second document, line 1, column 3: /);
  assert.match(await playground.text("#digest-rfc8785"), /^[0-9a-f]{64}$/);
  assert.match(await playground.text("#patch"), /^Not compared/);
});

test("a package that does not load is told in words", async () => {
  const empty = await serve({ packageFolder: new URL("kit", import.meta.url).pathname });
  try {
    const page = await browser.newPage();
    await page.goto(`${empty.origin}/`);
    const broken = new Playground(page);
    await broken.until(() => document.querySelector("#summary").dataset.state === "failed");
    assert.match(await broken.summary(), /^Keepfast could not be loaded: .+ Reload the page/);
  } finally {
    await empty.close();
  }
});
