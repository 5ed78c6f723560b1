// Importing the package does nothing, so that rendering on a server is safe: no fetch, nothing
// compiled, no globals read that a server may lack, none written.

import assert from "node:assert/strict";
import { test } from "node:test";

/** Globals that the package uses once it is called, and those that only pages have. */
const WATCHED = [
  "fetch",
  "WebAssembly",
  "Response",
  "URL",
  "TextEncoder",
  "TextDecoder",
  "FinalizationRegistry",
  "atob",
  "window",
  "document",
  "navigator",
  "localStorage",
  "indexedDB",
];

/** Imports an entry while every watched global tells who touches it. */
async function touchedBy(entry) {
  const touched = [];
  const before = new Map(
    WATCHED.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
  );
  for (const name of WATCHED) {
    const get = () => {
      // Node's own loader uses some of these too; only what our files do counts.
      if (new Error().stack.includes("/dist/")) touched.push(name);
      const { get, value } = before.get(name) ?? {};
      return get ? get.call(globalThis) : value;
    };
    Object.defineProperty(globalThis, name, { get, configurable: true });
  }
  try {
    await import(entry);
  } finally {
    for (const [name, property] of before) {
      if (property) Object.defineProperty(globalThis, name, property);
      else delete globalThis[name];
    }
  }
  return touched;
}

test("the watch sees what a module of dist touches", async () => {
  const source = "data:text/javascript,globalThis.fetch;//# sourceURL=file:///dist/probe.js";
  assert.deepEqual(await touchedBy(source), ["fetch"]);
});

for (const entry of ["index", "inline"]) {
  test(`importing ${entry} touches no global and adds none`, async () => {
    const names = Object.getOwnPropertyNames(globalThis).sort();
    assert.deepEqual(await touchedBy(`../../dist/${entry}.js`), []);
    assert.deepEqual(Object.getOwnPropertyNames(globalThis).sort(), names);
  });
}

test("what was imported works afterwards, and says nothing on the console", async () => {
  const { debug } = console;
  const said = [];
  console.debug = (...words) => said.push(words);
  try {
    const { digest } = await import("../../dist/index.js");
    assert.match(await digest({ rendered: "on the server" }), /^[0-9a-f]{64}$/);
  } finally {
    console.debug = debug;
  }
  assert.deepEqual(said, []);
});
