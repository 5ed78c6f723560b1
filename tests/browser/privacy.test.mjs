// The promise in the page's head: nothing is stored and nothing is sent anywhere.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Playground } from "./kit/playground.mjs";
import { serve } from "./kit/server.mjs";
import { browser, server, useBrowser } from "./kit/setting.mjs";

let elsewhere;

useBrowser();
before(async () => {
  elsewhere = await serve();
});
after(() => elsewhere?.close());

test("every request goes to the page's own origin, without a body", async () => {
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request));
  await page.goto(`${server.origin}/`);
  const playground = new Playground(page);
  await playground.until(() => document.querySelector("#document .name").textContent !== "");
  await playground.settled();
  for (const example of ["session", "notebook", "issues", "malformed"]) {
    await playground.example(example);
  }
  const secret = '{"secret":"kept here"}';
  const count = requests.length;
  await playground.drop("#document", [{ name: "own.json", text: secret }]);
  await playground.drop("#second", [{ name: "other.json", text: '{"secret":"changed"}' }]);
  assert.equal(requests.length, count, "a text of one's own causes no request at all");
  assert.ok(requests.length > 10);
  for (const request of requests) {
    assert.equal(new URL(request.url()).origin, server.origin);
    assert.equal(request.method(), "GET");
  }
  await playground.close();
});

test("the content policy refuses a request to another origin", async () => {
  const playground = await Playground.open(browser, server.origin);
  const url = `${elsewhere.origin}/icon.svg`;
  const refused = await playground.page.evaluate(async (address) => {
    const violation = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", resolve, { once: true });
    });
    await fetch(address, { mode: "no-cors" }).catch(() => {});
    return (await violation).effectiveDirective;
  }, url);
  assert.equal(refused, "connect-src");
  await playground.close();
});

test("nothing is stored", async () => {
  const playground = await Playground.open(browser, server.origin);
  await playground.drop("#document", [{ name: "own.json", text: '{"secret":1}' }]);
  const stored = await playground.page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    cookies: document.cookie,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  const nothing = { local: 0, session: 0, databases: 0, caches: 0, cookies: "", workers: 0 };
  assert.deepEqual(stored, nothing);
  await playground.close();
});
