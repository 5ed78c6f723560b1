// What counts as JSON content: every kind of thing that is refused, with its pointer and reason,
// and every kind that looks unusual and is content all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import {
  KeepfastError,
  applyPatch,
  canonicalize,
  compileSchema,
  diff,
  digest,
  inspect,
} from "../../dist/index.js";

class Point {
  x = 1;
}
class List extends Array {}

const cycle = { a: [{}] };
cycle.a[0].back = cycle;
const selfish = [];
selfish.push(selfish);
const revoked = Proxy.revocable({}, {});
revoked.revoke();

function nested(levels) {
  let content = [];
  for (let level = 1; level < levels; level++) content = level % 2 ? { a: content } : [content];
  return content;
}

/** What it is, the value, the pointer to the culprit, the reason. */
const REFUSED = [
  ["NaN", NaN, "", "not-finite"],
  ["NaN in an array", [1, NaN], "/1", "not-finite"],
  ["Infinity in an object", { a: Infinity }, "/a", "not-finite"],
  ["-Infinity", { a: [-Infinity] }, "/a/0", "not-finite"],
  ["undefined alone", undefined, "", "undefined"],
  ["undefined in an array", { a: [0, undefined] }, "/a/1", "undefined"],
  ["a hole in an array", [0, , 2], "/1", "undefined"],
  ["an array of holes", new Array(3), "/0", "undefined"],
  ["a function alone", () => 1, "", "function"],
  ["a function as a member", { a: { run() {} } }, "/a/run", "function"],
  ["a function in an array", [() => 1], "/0", "function"],
  ["a class", { a: Point }, "/a", "function"],
  ["a symbol alone", Symbol("s"), "", "symbol"],
  ["a symbol as a member", { a: Symbol("s") }, "/a", "symbol"],
  ["a symbol in an array", [Symbol.iterator], "/0", "symbol"],
  ["a member named by a symbol", { a: { [Symbol("s")]: 1 } }, "/a", "symbol"],
  ["a BigInt alone", 1n, "", "bigint"],
  ["a BigInt in an array", [[1n]], "/0/0", "bigint"],
  ["a Date", { at: new Date(0) }, "/at", "instance"],
  ["a Map", { a: new Map([[1, 2]]) }, "/a", "instance"],
  ["a Set", [new Set([1])], "/0", "instance"],
  ["a WeakMap", [new WeakMap()], "/0", "instance"],
  ["a regular expression", { a: /a/ }, "/a", "instance"],
  ["an Error", { a: new Error("e") }, "/a", "instance"],
  ["a promise", { a: Promise.resolve(1) }, "/a", "instance"],
  ["a URL", { a: new URL("https://example.com/") }, "/a", "instance"],
  ["an instance of a class", { point: new Point() }, "/point", "instance"],
  ["an instance of a class that extends Array", { list: List.of(1) }, "/list", "instance"],
  ["an object that inherits from an object", { a: Object.create({ b: 1 }) }, "/a", "instance"],
  ["an array without a prototype", [Object.setPrototypeOf([1], null)], "/0", "instance"],
  ["a boxed number", { a: new Number(1) }, "/a", "instance"],
  ["a boxed string", { a: new String("a") }, "/a", "instance"],
  ["a boxed boolean", { a: new Boolean(false) }, "/a", "instance"],
  ["a boxed symbol", { a: Object(Symbol("s")) }, "/a", "instance"],
  ["a typed array", { a: new Uint8Array(2) }, "/a", "instance"],
  ["an ArrayBuffer", { a: new ArrayBuffer(2) }, "/a", "instance"],
  ["an object with toJSON", { a: { b: 1, toJSON: () => 2 } }, "/a", "to-json"],
  ["an array with toJSON", { a: Object.assign([1], { toJSON: () => 2 }) }, "/a", "to-json"],
  [
    "an object with a hidden toJSON",
    [Object.defineProperty({}, "toJSON", { value: () => 2 })],
    "/0",
    "to-json",
  ],
  ["an object inside itself", cycle, "/a/0/back", "cycle"],
  ["an array inside itself", selfish, "/0", "cycle"],
  ["129 levels", nested(129), "/0/a".repeat(64), "too-deep"],
  ["100 000 levels", nested(100_000), "/a/0".repeat(64), "too-deep"],
  ["half a surrogate pair alone", "\ud800", "", "lone-surrogate"],
  ["the second half of a pair", { a: ["ok", "x\udc00y"] }, "/a/1", "lone-surrogate"],
  ["two halves in the wrong order", ["\ude00\ud83d"], "/0", "lone-surrogate"],
  ["a revoked proxy", { a: revoked.proxy }, "/a", "unreadable"],
  [
    "a getter that throws",
    {
      a: {
        get b() {
          throw new TypeError("no");
        },
      },
    },
    "/a/b",
    "unreadable",
  ],
  [
    "a key that must be escaped in the pointer",
    { "a/b~c": [undefined] },
    "/a~1b~0c/0",
    "undefined",
  ],
  ["an empty key", { "": { "": NaN } }, "//", "not-finite"],
];

const everything = await compileSchema({});

for (const [name, content, pointer, reason] of REFUSED) {
  test(`${name} is refused with its place`, async () => {
    const error = (found) => {
      assert.ok(found instanceof KeepfastError);
      const { code, retry, detail, message } = found;
      assert.deepEqual(
        { code, retry, detail },
        { code: "content/not-json", retry: "never", detail: { pointer, reason } },
      );
      assert.ok(message.length > 0);
      return true;
    };
    assert.throws(() => everything.check(content), error);
    await assert.rejects(canonicalize(content), error);
    await assert.rejects(digest(content, { profile: "webviz-pretty-2" }), error);
    await assert.rejects(inspect(content), error);
    await assert.rejects(diff({}, content), error);
    await assert.rejects(applyPatch(content, []), error);
    assert.equal(await canonicalize({ still: "works" }), '{"still":"works"}');
  });
}

test("half a surrogate pair in a key is refused", async () => {
  await assert.rejects(canonicalize({ a: { "\udfff": 1 } }), ({ code, detail }) => {
    assert.equal(code, "content/not-json");
    assert.equal(detail.reason, "lone-surrogate");
    assert.ok(detail.pointer.startsWith("/a"), detail.pointer);
    return true;
  });
});

test("what a getter threw is the cause", async () => {
  const cause = new RangeError("why");
  const content = {
    get a() {
      throw cause;
    },
  };
  await assert.rejects(canonicalize(content), (error) => error.cause === cause);
});

/** What it is, the value, its canonical text. */
const ACCEPTED = [
  ["undefined members are left out", { a: undefined, b: 1, c: { d: undefined } }, '{"b":1,"c":{}}'],
  ["minus zero is zero", [-0], "[0]"],
  ["128 levels", nested(128), JSON.stringify(nested(128))],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  [
    "objects of another realm",
    runInNewContext("({ b: [1, { c: null }], a: 2 })"),
    '{"a":2,"b":[1,{"c":null}]}',
  ],
  [
    "arrays of another realm in an object of this one",
    { a: runInNewContext("[1, 2]") },
    '{"a":[1,2]}',
  ],
  ["frozen values", Object.freeze({ a: Object.freeze([1]) }), '{"a":[1]}'],
  ["a proxy of an object", new Proxy({ b: 1, a: [2] }, {}), '{"a":[2],"b":1}'],
  ["a proxy of an array", { a: new Proxy([1, { b: 2 }], {}) }, '{"a":[1,{"b":2}]}'],
  [
    "a shared object that is no cycle",
    ((a) => ({ x: a, y: [a, a] }))({ s: 1 }),
    '{"x":{"s":1},"y":[{"s":1},{"s":1}]}',
  ],
  [
    "members that are not enumerable",
    Object.defineProperty({ a: 1 }, "hidden", { value: () => 2 }),
    '{"a":1}',
  ],
  [
    "symbols that are not enumerable",
    Object.defineProperty({ a: 1 }, Symbol("bookkeeping"), { value: {} }),
    '{"a":1}',
  ],
  ["a member toJSON that is data", { toJSON: "text" }, '{"toJSON":"text"}'],
  [
    "members named like those of every object",
    { constructor: 1, hasOwnProperty: null },
    '{"constructor":1,"hasOwnProperty":null}',
  ],
  ["whole surrogate pairs", { "\u{1f600}": "\u{1d53d}" }, '{"\u{1f600}":"\u{1d53d}"}'],
];

for (const [name, content, expected] of ACCEPTED) {
  test(`${name}: accepted`, async () => {
    assert.equal(await canonicalize(content), expected);
    assert.deepEqual(everything.check(content), []);
  });
}

test("getters are content, in a plain object and in one that is read the exact way", async () => {
  const content = {
    get list() {
      return [1, { b: 2 }];
    },
  };
  const odd = runInNewContext("({ get list() { return [1, { b: 2 }]; } })");
  for (const one of [content, [content], odd]) {
    assert.ok((await canonicalize(one)).includes('{"list":[1,{"b":2}]}'));
    assert.deepEqual(everything.check(one), []);
  }
});

test("a getter that changes its mind ends in a refusal, never in a broken engine", async () => {
  for (const second of [
    () => 1n,
    () => {
      throw new Error("gone");
    },
  ]) {
    let reads = 0;
    const fickle = {
      get a() {
        return reads++ % 2 ? second() : 1;
      },
    };
    await assert.rejects(canonicalize(fickle), { code: "content/not-json" });
    assert.throws(() => everything.check([fickle]), { code: "content/not-json" });
  }
});

test("an enumerable member of Object.prototype is no content", async () => {
  Object.prototype.polluted = () => 1;
  try {
    assert.equal(await canonicalize({ a: [{}] }), '{"a":[{}]}');
  } finally {
    delete Object.prototype.polluted;
  }
});

test("toJSON on a prototype refuses everything", async () => {
  Array.prototype.toJSON = () => "altered";
  try {
    await assert.rejects(
      canonicalize({ a: [1] }),
      ({ detail }) => detail.pointer === "/a" && detail.reason === "to-json",
    );
  } finally {
    delete Array.prototype.toJSON;
  }
});

test("a small graph that stands for an endless tree is refused as too large", async () => {
  let content = "leaf";
  for (let level = 0; level < 100; level++) content = [content, content];
  await assert.rejects(canonicalize(content), { code: "content/too-large" });
});

test("what is read the exact way has the same limit", () => {
  const text = "x".repeat(1_000_000);
  const list = runInNewContext("[]");
  for (let i = 0; i < 100; i++) list.push(text);
  assert.throws(() => everything.check(list), { code: "content/too-large" });
});
