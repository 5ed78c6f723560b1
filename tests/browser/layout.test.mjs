// How the page looks where it can be measured: narrow screens, no movement when results arrive,
// and axe-core's rules in light and dark.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { axePath } from "./kit/browsers.mjs";
import { Playground } from "./kit/playground.mjs";
import { browser, server, useBrowser } from "./kit/setting.mjs";

const EXAMPLES = ["session", "notebook", "issues", "malformed"];

let axe;

useBrowser();
before(async () => {
  axe = await readFile(axePath(), "utf8");
});

/** Where every part that is there from the start stands, without the scroll position. */
const places = () =>
  [...document.querySelectorAll("h1, h2, h3, .paper, .status, .facts > div, .scroll")].map(
    (node) => {
      const { x, y, width, height } = node.getBoundingClientRect();
      return [node.id || node.className, x, y + scrollY, width, height];
    },
  );

for (const width of [360, 1280]) {
  test(`at ${width} px nothing moves when results arrive or change`, async () => {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 800 });
    // The package is held back, so that the page can be measured before any result.
    await page.setRequestInterception(true);
    let release;
    const held = new Promise((resolve) => (release = resolve));
    page.on("request", async (request) => {
      if (request.url().includes("/keepfast/")) await held;
      await request.continue();
    });
    await page.goto(`${server.origin}/`, { waitUntil: "domcontentloaded" });
    const playground = new Playground(page);
    await playground.until(() => document.querySelector("#document .name").textContent !== "");
    const start = await page.evaluate(places);
    release();
    await playground.settled();
    assert.match(await playground.text("#digest-rfc8785"), /^[0-9a-f]{64}$/);
    assert.deepEqual(await page.evaluate(places), start);
    for (const example of EXAMPLES) {
      await playground.example(example);
      assert.deepEqual(await page.evaluate(places), start, example);
    }
    await playground.close();
  });
}

test("at 360 px no example makes the page scroll sideways", async () => {
  const playground = await Playground.open(browser, server.origin, { width: 360, height: 740 });
  for (const example of EXAMPLES) {
    await playground.example(example);
    const { scrolled, wide } = await playground.page.evaluate(() => {
      scrollTo(1000, scrollY);
      return { scrolled: scrollX, wide: document.documentElement.scrollWidth > innerWidth };
    });
    assert.deepEqual({ scrolled, wide }, { scrolled: 0, wide: false }, example);
  }
  await playground.close();
});

for (const isDark of [false, true]) {
  for (const width of [360, 1280]) {
    test(`axe-core finds nothing at ${width} px in ${isDark ? "dark" : "light"}`, async () => {
      const playground = await Playground.open(browser, server.origin, { isDark, width });
      await playground.page.evaluate(axe);
      for (const example of EXAMPLES) {
        await playground.example(example);
        assert.deepEqual(await playground.page.evaluate(axeViolations), [], example);
      }
      await playground.close();
    });
  }
}

async function axeViolations() {
  const { violations, passes } = await globalThis.axe.run(document);
  // A run that judged no colours would pass for the wrong reason.
  if (!passes.some(({ id }) => id === "color-contrast")) return ["colours were not judged"];
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
