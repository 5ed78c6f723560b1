// Canonical text and digests against the npm package `canonicalize` and Node's own SHA-256, and
// against published vectors.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import independent from "canonicalize";
import { canonicalize, canonicalizeText, digest } from "../../dist/index.js";
import { random, value } from "./values.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Value as JSON text, its digest under RFC 8785, and under webviz-pretty-2. */
const VECTORS = [
  [
    "{}",
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  ],
  [
    '{"v":0}',
    "ec4f95abcb4e2e3dbe856c3eb2f81995eacb3823d40aa2e78ed4c5e1798f664d",
    "a0f8e282925bec19632c1aae2ef3931a4c2266abb08f22b6313f64c4d677a007",
  ],
  [
    '{"b":[3,1,2],"a":{"d":true,"c":null}}',
    "57b91a7893cc7aadb75cd66468a73b876c07e3f36488a1f0fc86e0da0b493e8f",
    "a20924df2019ea5ed8943769937680e2447a59969a4d62a732dc70c6734747af",
  ],
  [
    '{"10":1,"9":2,"a":3}',
    "d6e62753b8541dd53e8db28349f1b082a93958576574f1b34b4fd86fbbd78916",
    "c4480679afb0967a11e19aaa4ec44a8ea1117cfe8d09d7f0420c3c3119de8984",
  ],
  [
    '{"\\u20ac":"Euro","\\r":"CR","\\ufb33":"He","1":"One","\\ud83d\\ude00":"Emoji",' +
      '"\\u0080":"Ctl","\\u00f6":"o"}',
    "e3ceb9cbc429193fa81960cd0fdc7b3f7c58b84301e76ec15467e42dcfdb575d",
    "3bace2814460dce8979982f0adef17e5195a0bc912c215fe8630eb3c4fc5c742",
  ],
  [
    '{"n":[333333333.33333329,1e30,4.5,0.002,1e-27,-0]}',
    "cee39e7da59b14ee64161781bf2f9a1ef4684fd6a30ab294dbea57c51f041c1c",
    "7a2081c701f55b777699a47a029804235bc9888a2fac38457865d432988481e2",
  ],
];

test("digests of both profiles equal the published vectors", async () => {
  for (const [json, canonical, pretty] of VECTORS) {
    const content = JSON.parse(json);
    assert.equal(await digest(content), canonical, json);
    assert.equal(await digest(content, { profile: "rfc8785" }), canonical, json);
    assert.equal(await digest(content, { profile: "webviz-pretty-2" }), pretty, json);
  }
});

test("the digest is the SHA-256 of the canonical text", async () => {
  const content = { b: ["Ørn", 1e21], a: { "\u{1f600}": null } };
  assert.equal(await digest(content), sha256(await canonicalize(content)));
});

test("canonical text of random values equals that of an independent implementation", async () => {
  const next = random(8785);
  for (let i = 0; i < 3000; i++) {
    // A parsed copy: "__proto__" is an own member of it, as everywhere in this test.
    const content = JSON.parse(JSON.stringify(value(next)));
    const expected = independent(content);
    assert.equal(await canonicalize(content), expected);
    assert.equal(await canonicalizeText(JSON.stringify(content, null, " ")), expected);
    assert.equal(await digest(content), sha256(expected));
  }
});

test("the order of members makes no difference", async () => {
  assert.equal(
    await digest({ a: 1, b: { c: 2, d: 3 } }),
    await digest({ b: { d: 3, c: 2 }, a: 1 }),
  );
});

test("a member named __proto__ is a member like any other", async () => {
  const content = JSON.parse('{"b":1,"__proto__":{"polluted":true},"a":2}');
  assert.equal(await canonicalize(content), '{"__proto__":{"polluted":true},"a":2,"b":1}');
  assert.equal({}.polluted, undefined);
});

test("text is canonicalised from a string and from bytes alike", async () => {
  const json = ' { "b" : "\\u00f8" , "a" : [ 1.0 , 1E2 ] } ';
  const expected = '{"a":[1,100],"b":"ø"}';
  assert.equal(await canonicalizeText(json), expected);
  assert.equal(await canonicalizeText(new TextEncoder().encode(json)), expected);
});

test("the value is read before the promise is returned", async () => {
  const content = { text: "before" };
  const promise = canonicalize(content);
  content.text = "after";
  assert.equal(await promise, '{"text":"before"}');
});

test("an unknown profile is wrong use", async () => {
  for (const profile of ["sha1", "", null]) {
    await assert.rejects(digest({}, { profile }), {
      code: "usage/unknown-profile",
      retry: "never",
    });
  }
});

test("a digest needs no crypto object", async (t) => {
  const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  t.after(() => Object.defineProperty(globalThis, "crypto", crypto));
  delete globalThis.crypto;
  assert.equal(globalThis.crypto, undefined);
  assert.equal(await digest({ v: 1 }), sha256('{"v":1}'));
});
