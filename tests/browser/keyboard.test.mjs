// The page without a mouse: everything is reached with Tab, visible when reached, has a name, and
// works with Enter, Escape and typing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Playground, sha256 } from "./kit/playground.mjs";
import { browser, server, useBrowser } from "./kit/setting.mjs";

const STOPS_MAX = 80;

let playground;
let keyboard;

useBrowser();

async function open() {
  playground = await Playground.open(browser, server.origin);
  await playground.page.bringToFront();
  keyboard = playground.page.keyboard;
}

/** Presses Tab until the focus is where the condition wants it; the number of stops is limited. */
async function tabTo(condition, argument) {
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await keyboard.press("Tab");
    if (await playground.page.evaluate(condition, argument)) return;
  }
  assert.fail(`no Tab stop fulfils ${condition}`);
}

const hasLabel = (label) =>
  (document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent) ===
  label;
const isField = (pane) => document.activeElement.matches(`#${pane} textarea`);

test("an issue's pointer leads to the text and Escape leads back", async () => {
  await open();
  await tabTo(hasLabel, "With issues");
  await keyboard.press("Enter");
  await playground.until(() => document.querySelectorAll(".issues li").length > 0);
  await tabTo(hasLabel, "/theme");
  await keyboard.press("Enter");
  assert.ok(await playground.page.evaluate(isField, "document"));
  const selected = await playground.page.evaluate(() => getSelection().toString());
  assert.equal(selected, '"sepia"');
  await keyboard.press("Escape");
  assert.ok(await playground.page.evaluate(hasLabel, "/theme"));
  await playground.close();
});

test("a text is cleared, typed and examined, and the digest copied", async () => {
  await open();
  for (const label of ["Clear the schema", "Clear the second document", "Clear the document"]) {
    await tabTo(hasLabel, label);
    await keyboard.press("Enter");
  }
  await tabTo(isField, "document");
  await keyboard.type('{"v": 0}');
  await playground.settled();
  assert.equal(await playground.text("#digest-rfc8785"), sha256('{"v":0}'));
  assert.equal(await playground.summary(), "The document is JSON; no schema is given.");
  await tabTo(hasLabel, "Copy the digest, RFC 8785");
  await keyboard.press("Enter");
  await playground.until(() => document.querySelector("#announcement").textContent !== "");
  await playground.close();
});

test("every Tab stop has a name and a visible focus, and every control is a stop", async () => {
  await open();
  await playground.example("issues");
  const seen = [];
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await keyboard.press("Tab");
    const found = await playground.page.evaluate(describeFocus);
    if (found === null) break;
    seen.push(found);
  }
  assert.deepEqual(seen.filter(({ name, isVisible }) => name === "" || !isVisible), []);
  const controls = await playground.page.$$eval("button, textarea, input, [tabindex]", (nodes) =>
    nodes.filter((node) => !node.disabled && node.checkVisibility()).length,
  );
  assert.equal(seen.length, controls);
  await playground.close();
});

/** The focused element's name and whether an outline shows on it; null outside the page. */
function describeFocus() {
  const node = document.activeElement;
  if (node === document.body) return null;
  const labelledBy = document.getElementById(node.getAttribute("aria-labelledby"));
  const name = node.getAttribute("aria-label") ?? (labelledBy ?? node).textContent.trim();
  // A file input is invisible; the label around it is what people see.
  const seen = node.type === "file" ? node.closest("label") : node;
  const style = getComputedStyle(seen);
  const isVisible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { name, isVisible };
}
