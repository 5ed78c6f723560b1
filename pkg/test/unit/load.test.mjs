// How the module arrives: every kind of source, and the two entries side by side.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { compile, decode } from "../../dist/compile.js";
import * as main from "../../dist/index.js";
import * as inline from "../../dist/inline.js";
import { base64 } from "../../dist/wasm-base64.js";

const bytes = readFileSync(new URL("../../dist/keepfast.wasm", import.meta.url));

async function serve(contentType, body, use) {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", contentType);
    answer.end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(new URL(`http://127.0.0.1:${server.address().port}/keepfast.wasm`));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("a module, bytes, a buffer, responses and addresses all become a module", async () => {
  const module = await WebAssembly.compile(bytes);
  assert.equal(await compile(module), module);
  assert.equal(await compile(Promise.resolve(module)), module);
  const headers = { "content-type": "application/wasm" };
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  for (const source of [bytes, buffer, new Response(bytes), new Response(bytes, { headers })]) {
    assert.ok((await compile(source)) instanceof WebAssembly.Module);
  }
  for (const type of ["application/wasm", "application/octet-stream"]) {
    await serve(type, bytes, async (url) => {
      assert.ok((await compile(url)) instanceof WebAssembly.Module);
      assert.ok((await compile(url.href)) instanceof WebAssembly.Module);
    });
  }
});

test("a page that was answered instead of the file is no module", async () => {
  await serve("text/html", "<!doctype html><title>App</title>", async (url) => {
    await assert.rejects(compile(url), WebAssembly.CompileError);
  });
});

test("the inlined module is the file", () => {
  assert.deepEqual(Buffer.from(decode(base64)), bytes);
});

test("both entries have the same names and one error class", () => {
  assert.deepEqual(Object.keys(inline).sort(), Object.keys(main).sort());
  assert.equal(inline.KeepfastError, main.KeepfastError);
});

test("both entries work side by side", async () => {
  const jtd = { type: "string" };
  const [one, other] = await Promise.all([main.compileSchema(jtd), inline.compileSchema(jtd)]);
  assert.equal(one.check(1).length, 1);
  assert.equal(other.check(1).length, 1);
  assert.equal(await main.digest({ a: 1 }), await inline.digest({ a: 1 }));
  const found = await inline.inspect(1, { schema: one });
  assert.equal(found.issues.length, 1);
});

test("preload resolves however often it is called", async () => {
  await Promise.all([main.preload(), main.preload(bytes), inline.preload()]);
  await main.preload();
});
