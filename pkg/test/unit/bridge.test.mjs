// The crash-only instance: what happens after a real trap, and that nobody gets in while a call
// is under way. The trap is a reservation that no memory can satisfy.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as bridge from "../../dist/bridge.js";
import { canonicalize, compileSchema, inspect, preload } from "../../dist/index.js";

await preload();

const trap = () => bridge.run(() => bridge.input(0xffffffff));

test("a trap ends the call with engine/panicked, the trap being its cause", () => {
  assert.throws(trap, ({ name, code, retry, cause }) => {
    assert.deepEqual(
      { name, code, retry },
      { name: "KeepfastError", code: "engine/panicked", retry: "later" },
    );
    assert.ok(cause instanceof WebAssembly.RuntimeError);
    return true;
  });
});

test("the call after a trap works, as does every one after that", async () => {
  for (let i = 0; i < 3; i++) {
    assert.throws(trap, { code: "engine/panicked" });
    assert.equal(await canonicalize({ b: 1, a: 2 }), '{"a":2,"b":1}');
    assert.equal(await canonicalize([]), "[]");
  }
});

test("a schema outlives the instance that compiled it", async () => {
  const schema = await compileSchema({ properties: { a: { type: "string" } } });
  const issues = schema.check({ a: 1 });
  assert.equal(issues.length, 1);
  assert.throws(trap, { code: "engine/panicked" });
  assert.deepEqual(schema.check({ a: 1 }), issues);
  assert.deepEqual(schema.checkText('{"a":"text"}'), []);
});

test("an inspection outlives the instance that made it", async () => {
  const first = await inspect({ b: 1, a: "first" });
  const second = await inspect({ b: 2, a: "second" });
  assert.throws(trap, { code: "engine/panicked" });
  await canonicalize({ c: "third" });
  assert.equal(second.canonical(), '{"a":"second","b":2}');
  assert.equal(first.canonical(), '{"a":"first","b":1}');
  assert.equal(first.canonical(), '{"a":"first","b":1}');
});

test("what escapes from a call and is no KeepfastError replaces the instance", async () => {
  const before = bridge.generation;
  const cause = new TypeError("a bug");
  const work = () => {
    throw cause;
  };
  assert.throws(
    () => bridge.run(work),
    (error) => error.code === "engine/panicked" && error.cause === cause,
  );
  assert.equal(await canonicalize(1), "1");
  assert.equal(bridge.generation, before + 1);
});

test("a refusal leaves the instance as it is", async () => {
  const before = bridge.generation;
  await assert.rejects(canonicalize(NaN), { code: "content/not-json" });
  assert.equal(await canonicalize(1), "1");
  assert.equal(bridge.generation, before);
});

test("a value that calls the engine while it is read is told so", async () => {
  const schema = await compileSchema({});
  const nosy = new Proxy(
    { a: 1 },
    { ownKeys: (target) => (schema.check([]), Reflect.ownKeys(target)) },
  );
  assert.throws(() => schema.check(nosy), { code: "usage/reentrant" });
  assert.throws(
    () =>
      schema.check({
        get a() {
          return schema.check([]);
        },
      }),
    { code: "usage/reentrant" },
  );
  assert.deepEqual(schema.check({ a: 1 }), []);
});

test("memory that a large text took is given back", async () => {
  const large = Array.from({ length: 50 }, () => "x".repeat(1_000_000));
  await canonicalize(large);
  const before = bridge.generation;
  assert.equal(await canonicalize("small"), '"small"');
  assert.equal(bridge.generation, before + 1);
  assert.ok(bridge.run(() => bridge.input().buffer.byteLength) < 8_000_000);
});

test("a failed start is told as engine/unsupported and may be tried again", async () => {
  const fresh = await import("../../dist/bridge.js?fresh");
  const cause = new Error("offline");
  const failing = () => Promise.reject(cause);
  await assert.rejects(
    fresh.start(failing),
    (error) => error.code === "engine/unsupported" && error.cause === cause,
  );
  assert.equal(fresh.isReady(), false);
  const { loadFile } = await import("../../dist/load.js");
  await fresh.start(loadFile);
  assert.equal(fresh.isReady(), true);
});
