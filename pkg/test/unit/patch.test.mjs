// Patches: the patch between two values leads from one to the other, and what does not apply is
// told with its place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPatch, canonicalize, diff } from "../../dist/index.js";
import { random, value } from "./values.mjs";

test("the patch between two random values leads from the first to the second", async () => {
  const next = random(6902);
  for (let i = 0; i < 1000; i++) {
    const a = value(next);
    const b =
      next() < 0.3 ? value(next) : JSON.parse(JSON.stringify(a, (_, v) => (next() < 0.05 ? 1 : v)));
    const patch = await diff(a, b);
    assert.ok(Array.isArray(patch));
    assert.equal(await canonicalize(await applyPatch(a, patch)), await canonicalize(b));
  }
});

test("equal content has an empty patch", async () => {
  assert.deepEqual(await diff({ a: 1, b: [2] }, { b: [2], a: 1 }), []);
});

test("a small change makes a small patch", async () => {
  assert.deepEqual(await diff({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }), [
    { op: "replace", path: "/a/c", value: 3 },
  ]);
});

test("operands stay as they were, and the result shares nothing with them", async () => {
  const a = { list: [{ b: 1 }] };
  const patch = [{ op: "add", path: "/list/-", value: { c: 2 } }];
  const result = await applyPatch(a, patch);
  assert.deepEqual(result, { list: [{ b: 1 }, { c: 2 }] });
  result.list[1].c = result.list[0].b = "changed";
  assert.deepEqual(a, { list: [{ b: 1 }] });
  assert.deepEqual(patch, [{ op: "add", path: "/list/-", value: { c: 2 } }]);
});

test("a member named __proto__ survives diff and patch and pollutes nothing", async () => {
  const a = JSON.parse('{"__proto__":{"x":1},"b":1}');
  const b = JSON.parse('{"__proto__":{"__proto__":[3],"x":2},"b":1}');
  const result = await applyPatch(a, await diff(a, b));
  assert.equal(JSON.stringify(result), JSON.stringify(b));
  assert.deepEqual(Object.keys(result), ["__proto__", "b"]);
  assert.equal({}.x, undefined);
});

test("an operation that does not apply refuses the whole patch", async () => {
  const patch = [
    { op: "add", path: "/b", value: 1 },
    { op: "remove", path: "/missing" },
  ];
  await assert.rejects(applyPatch({ a: 1 }, patch), ({ code, retry, detail }) => {
    assert.deepEqual({ code, retry }, { code: "content/patch-failed", retry: "never" });
    assert.deepEqual(
      { pointer: detail.pointer, operation: detail.operation },
      { pointer: "/missing", operation: 1 },
    );
    return true;
  });
  await assert.rejects(applyPatch({ a: 1 }, [{ op: "test", path: "/a", value: 2 }]), {
    code: "content/patch-failed",
  });
});

test("what is no patch is wrong use", async () => {
  for (const patch of [
    {},
    "patch",
    [1],
    [{ op: "grow", path: "" }],
    [{ op: "add", path: "/a" }],
    [{ op: "remove", path: "a" }],
  ]) {
    await assert.rejects(
      applyPatch({ a: 1 }, patch),
      { code: "usage/patch-malformed" },
      JSON.stringify(patch),
    );
  }
});

test("both operands are read before the promise is returned", async () => {
  const a = { v: 1 };
  const b = { v: 2 };
  const promise = diff(a, b);
  a.v = b.v = 3;
  assert.deepEqual(await promise, [{ op: "replace", path: "/v", value: 2 }]);
});
