// Big texts: typing stays fast, only a part is shown, and what is typed into the part changes the
// whole text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText, sha256 } from "./kit/playground.mjs";
import { playground, usePlayground } from "./kit/setting.mjs";

/** From a key press to the frame that shows it; above this, typing feels held back. */
const KEY_MS_MAX = 100;
/** Keys of a round. */
const KEYS = 20;
const ROUNDS_MAX = 5;

const ITEMS = Array.from({ length: 12_500 }, (_, id) => ({
  id,
  name: `item ${id}`,
  note: `naïve ${"x".repeat(64)}`,
  values: [id, id * 1.5, id / 4],
}));
const SCHEMA = JSON.stringify({
  properties: {
    items: {
      elements: {
        properties: {
          id: { type: "uint32" },
          name: { type: "string" },
          note: { type: "string" },
          values: { elements: { type: "float64" } },
        },
      },
    },
  },
});

usePlayground();

for (const [shape, indent] of [["indented", 1], ["one line", 0]]) {
  test(`typing into 1.5 MB stays fast: ${shape}`, async () => {
    const text = JSON.stringify({ items: ITEMS }, null, indent);
    assert.ok(text.length > 1_500_000);
    await playground.drop("#document", [{ name: `${indent}.json`, text }]);
    assert.equal(await playground.text("#digest-rfc8785"), sha256(canonicalText({ items: ITEMS })));
    assert.ok((await playground.text("#canonical")).length < 5_000);
    await playground.page.bringToFront();
    await playground.page.evaluate(watchKeys);
    // A machine may be busy with something else for a moment: one round in peace is enough.
    const medians = [];
    while (medians.length < ROUNDS_MAX && !(Math.min(...medians) < KEY_MS_MAX)) {
      medians.push(await medianOfKeys(medians.length * KEYS));
    }
    assert.ok(Math.min(...medians) < KEY_MS_MAX, `half of the keys took ${medians} ms or more`);
    await playground.settled();
    const typed = medians.length * KEYS;
    const size = (Buffer.byteLength(text) + typed).toLocaleString("en");
    assert.equal(await playground.text("#fact-text"), `${size} bytes`);
  });
}

test("a pointer leads to a place far outside the part shown, and edits there count", async () => {
  const items = ITEMS.with(8_500, { ...ITEMS[8_500], name: 7 });
  const text = JSON.stringify({ items }, null, 2).replaceAll("\n", "\r\n");
  await playground.drop("#document", [{ name: "crlf.json", text }]);
  await playground.drop("#schema", [{ name: "items.schema.json", text: SCHEMA }]);
  assert.deepEqual(await playground.pointers(), [
    ["/items/8500/name", "/properties/items/elements/properties/name/type"],
  ]);
  const place = await playground.follow("/items/8500/name");
  assert.deepEqual(place, { pane: "document", selected: "7" });
  const isInView = await playground.page.evaluate(() => {
    const field = document.activeElement;
    const line = field.value.slice(0, field.selectionStart).split("\n").length - 1;
    const top = line * parseFloat(getComputedStyle(field).lineHeight) - field.scrollTop;
    return top >= 0 && top < field.clientHeight;
  });
  assert.ok(isInView);
  await playground.page.keyboard.type('"item 8500"');
  await playground.settled();
  assert.equal(await playground.text("#digest-rfc8785"), sha256(canonicalText({ items: ITEMS })));
  const whole = JSON.stringify({ items: ITEMS }, null, 2).replaceAll("\n", "\r\n");
  const size = Buffer.byteLength(whole).toLocaleString("en");
  assert.equal(await playground.text("#fact-text"), `${size} bytes`);
});

test("a big paste over everything replaces the whole text", async () => {
  const text = JSON.stringify(ITEMS.slice(0, 2_000));
  await playground.page.evaluate((pasted) => {
    const field = document.querySelector("#document textarea");
    field.focus();
    field.select();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent("paste", options));
  }, text);
  await playground.settled();
  const digest = sha256(canonicalText(ITEMS.slice(0, 2_000)));
  assert.equal(await playground.text("#digest-rfc8785"), digest);
});

test("selecting everything and typing replaces the whole text", async () => {
  await playground.page.evaluate(() => document.querySelector("#document textarea").select());
  await playground.page.keyboard.type("[]");
  await playground.settled();
  assert.equal(await playground.text("#digest-rfc8785"), sha256("[]"));
});

/** Puts the caret into the document and measures, for every key, the time to the next frame. */
/** Types a round of blanks, after so many keys; returns the median time of its keys. */
async function medianOfKeys(before) {
  for (let i = 0; i < KEYS; i += 1) await playground.page.keyboard.type(" ");
  await playground.until((count) => globalThis.keyTimes.length === count, before + KEYS);
  const times = await playground.page.evaluate((from) => globalThis.keyTimes.slice(from), before);
  return times.sort((a, b) => a - b)[KEYS / 2];
}

function watchKeys() {
  globalThis.keyTimes = [];
  const field = document.querySelector("#document textarea");
  field.focus();
  field.setSelectionRange(1, 1);
  field.onkeydown = (event) => {
    // The event's own time stamp counts the wait for a busy page as well.
    requestAnimationFrame(() => {
      setTimeout(() => globalThis.keyTimes.push(performance.now() - event.timeStamp));
    });
  };
}
