// One pass that tells everything, over live values and over text.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { compileSchema, inspect, inspectText } from "../../dist/index.js";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const content = { b: [1, 2], a: "Ørn" };
const canonical = '{"a":"Ørn","b":[1,2]}';

test("an inspection has issues, size, digest and canonical text", async () => {
  const schema = await compileSchema({
    properties: { a: { type: "string" }, b: { elements: { enum: ["x"] } } },
  });
  for (const found of [
    await inspect(content, { schema }),
    await inspectText(JSON.stringify(content, null, 1), { schema }),
    await inspectText(new TextEncoder().encode(JSON.stringify(content)), { schema }),
  ]) {
    assert.deepEqual(
      found.issues.map(({ instancePath }) => instancePath),
      ["/b/0", "/b/1"],
    );
    assert.equal(found.bytes, Buffer.byteLength(canonical));
    assert.equal(found.digest, sha256(canonical));
    assert.equal(found.canonical(), canonical);
    assert.equal(found.canonical(), canonical);
  }
});

test("without a schema there are no issues", async () => {
  assert.deepEqual((await inspect(content)).issues, []);
});

test("the profile is that of digest and text, the size that of the canonical text", async () => {
  const pretty = JSON.stringify({ a: "Ørn", b: [1, 2] }, null, 2);
  const found = await inspect(content, { profile: "webviz-pretty-2" });
  assert.equal(found.canonical(), pretty);
  assert.equal(found.digest, sha256(pretty));
  assert.equal(found.bytes, Buffer.byteLength(canonical));
  await assert.rejects(inspect(content, { profile: "md5" }), { code: "usage/unknown-profile" });
});

test("the text of an inspection stays its own while others are made", async () => {
  const found = [];
  for (let i = 0; i < 20; i++) found.push(await inspect({ i, text: "x".repeat(i * 10_000) }));
  found.forEach((one, i) =>
    assert.equal(one.canonical(), JSON.stringify({ i, text: "x".repeat(i * 10_000) })),
  );
});

test("canonical text is never that of another value than the digest", async () => {
  const mutable = { v: 1 };
  const found = await inspect(mutable);
  await inspect({ other: true });
  assert.equal(found.canonical(), '{"v":1}');
  mutable.v = 2;
  assert.throws(() => found.canonical(), { code: "usage/stale", retry: "never" });
  mutable.v = 1;
  assert.equal(found.canonical(), '{"v":1}');
});

test("right after the inspection the text is that which was hashed", async () => {
  const mutable = { v: 1 };
  const found = await inspect(mutable);
  mutable.v = 2;
  assert.equal(found.canonical(), '{"v":1}');
});

test("inspections made at once keep their own texts", async () => {
  const found = await Promise.all([inspect([1]), inspectText("[2]"), inspect([3])]);
  assert.deepEqual(
    found.map((one) => one.canonical()),
    ["[1]", "[2]", "[3]"],
  );
});
