// How a live value reaches WebAssembly memory: the bytes written piece by piece are those of one
// JSON.stringify, whatever the sizes and widths; and what foreign strings become.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as bridge from "../../dist/bridge.js";
import { canonicalizeText, compileSchema, preload } from "../../dist/index.js";
import { liveSource, textSource } from "../../dist/text.js";
import { random, value } from "./values.mjs";

await preload();
const anything = await compileSchema({});

/** The text that a source writes, read back from memory. */
function written(source) {
  return bridge.run(() => {
    const length = source.write();
    return new TextDecoder("utf-8", { fatal: true }).decode(bridge.input().slice(0, length));
  });
}

function assertWritten(content) {
  const expected = JSON.stringify(content);
  const found = written(liveSource(content));
  // Not assert.equal: the difference of two long texts takes minutes to draw.
  assert.ok(found === expected, `written ${found.length} units, expected ${expected.length}`);
}

test("random values are written as JSON.stringify writes them", () => {
  const next = random(24_000);
  for (let i = 0; i < 2000; i++) assertWritten(value(next));
});

test("large random values are cut into pieces without a trace", () => {
  const next = random(48_000);
  for (let i = 0; i < 40; i++) {
    const content = { list: [], nested: { deep: [] }, odd: undefined };
    for (let j = 0; j < 300; j++) {
      content.list.push(value(next, 4, 8));
      content.nested[`key ${j} Ø`] = value(next, 4, 8);
      content.nested.deep.push([value(next, 3, 4)]);
    }
    assertWritten(content);
    assertWritten([content, "tail"]);
  }
});

test("values around the size of a piece are written whole", () => {
  for (const size of [23_990, 24_000, 24_010, 47_990, 48_000, 48_010, 200_000]) {
    for (const letter of ["a", "ø", "深", "𝔽", "\u0001", '"']) {
      const text = letter.repeat(size / letter.length);
      for (const content of [
        text,
        [text],
        { a: text },
        { [text]: 1 },
        [[text, text], { b: [text] }, 1],
      ]) {
        assertWritten(content);
      }
    }
  }
});

test("members that are undefined leave no comma behind in long objects", () => {
  const long = "x".repeat(50_000);
  assertWritten({ a: undefined, b: long, c: undefined });
  assertWritten({ a: undefined, b: [long, {}], c: undefined });
  assertWritten({ [long]: undefined });
  assertWritten([{ [long]: undefined }, { a: long, b: [long], c: undefined }]);
});

test("long arrays and objects of scalars are written as they are", () => {
  assertWritten(Array.from({ length: 100_000 }, (_, i) => i / 7));
  assertWritten(
    Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`k${i}`, i % 3 ? i : null])),
  );
  assertWritten(Array.from({ length: 30_000 }, () => []));
  assertWritten(Array.from({ length: 30_000 }, () => ({})));
});

test("128 levels are written also where each level is long", () => {
  let content = { text: "x".repeat(1000) };
  for (let level = 1; level < 128; level++)
    content = level % 2 ? [content, "y".repeat(1000)] : { content };
  assertWritten(content);
  assert.throws(() => anything.check([content]), { code: "content/not-json" });
});

test("a member named __proto__ survives in long objects", () => {
  const content = JSON.parse(`{"a":"${"x".repeat(60_000)}","__proto__":{"b":[1]},"c":2}`);
  assertWritten(content);
});

test("what is refused deep in a long value is named with its place", () => {
  const content = { list: Array.from({ length: 5000 }, (_, i) => ({ id: i, name: `name ${i}` })) };
  content.list[4321].name = undefined;
  content.list[4322].at = [1, () => 1];
  assert.throws(
    () => anything.check(content),
    ({ detail }) => detail.pointer === "/list/4322/at/1",
  );
  delete content.list[4322].at;
  content.list[17].text = `${"x".repeat(50_000)}\udead`;
  assert.throws(
    () => anything.check(content),
    ({ detail: { pointer, reason, offset } }) =>
      pointer === "/list/17/text" && reason === "lone-surrogate" && offset === undefined,
  );
});

test("a text beyond the limit is refused before it is copied", async () => {
  const limit = 64 * 1024 * 1024;
  const tooLarge = { code: "content/too-large", retry: "never" };
  const before = bridge.run(() => bridge.input().buffer.byteLength);
  const json = `"${"a".repeat(limit - 1)}"`;
  assert.throws(() => anything.checkText(json), tooLarge);
  assert.throws(() => anything.check([json]), tooLarge);
  assert.throws(() => anything.check({ [json]: 1 }), tooLarge);
  await assert.rejects(canonicalizeText(new Uint8Array(limit + 1)), tooLarge);
  assert.throws(() => anything.check(Array(3).fill("b".repeat(limit / 2))), tooLarge);
  await assert.rejects(canonicalizeText("100 MB".repeat(17_500_000)), ({ code, detail }) => {
    assert.deepEqual({ code, limit: detail.limit }, { code: "content/too-large", limit });
    return true;
  });
  assert.ok(before < limit);
});

test("a text of exactly the limit is accepted", async () => {
  const json = `"${"a".repeat(64 * 1024 * 1024 - 2)}"`;
  assert.deepEqual(anything.checkText(json), []);
  assert.deepEqual(anything.check(json.slice(1, -1)), []);
});

test("a string that grows threefold in UTF-8 fits", () => {
  for (const letter of ["a", "ÿ", "￿", "𝔽"]) {
    for (const size of [1, 21_844, 21_845, 65_535, 65_536, 300_000]) {
      const json = `"${letter.repeat(size)}"`;
      assert.ok(written(textSource(json)) === json, `${letter} ${size}`);
    }
  }
});

test("half a surrogate pair in foreign text is refused with its place", async () => {
  const cases = [
    ['{"a":["ø\ud800"]}', "/a/0", 6],
    ['["\udc00"]', "/0", 1],
    ['{"ok":1,"k\udfff":2}', "", 8],
  ];
  for (const [json, pointer, earliest] of cases) {
    await assert.rejects(canonicalizeText(json), ({ code, detail }) => {
      assert.equal(code, "content/not-json");
      assert.equal(detail.reason, "lone-surrogate");
      assert.ok(detail.pointer.startsWith(pointer), detail.pointer);
      assert.ok(detail.index >= earliest && detail.index < json.length, `${detail.index}`);
      return true;
    });
  }
});

test("malformed text is refused with its place in bytes and in units", () => {
  const cases = [
    ['{"ø":1,}', 8, 7, "syntax"],
    ['["𝔽"', 7, 5, "truncated"],
    ['["深度", nul]', 14, 10, "syntax"],
    ["", 0, 0, "truncated"],
    ["\ufeff{}", 0, 0, "syntax"],
    ['{"a":1,"a":2}', 7, 7, "duplicate-key"],
  ];
  for (const [json, offset, index, reason] of cases) {
    assert.throws(
      () => anything.checkText(json),
      ({ code, detail }) => {
        assert.equal(code, "content/not-json");
        assert.deepEqual(
          { offset: detail.offset, index: detail.index, reason: detail.reason },
          { offset, index, reason },
          json,
        );
        assert.equal(typeof detail.pointer, "string");
        return true;
      },
    );
  }
});

test("bytes that are not UTF-8 are refused", async () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc3, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0xff, 0xfe, 0x22, 0],
  ]) {
    await assert.rejects(canonicalizeText(new Uint8Array(bytes)), ({ code, detail }) => {
      assert.equal(code, "content/not-json");
      assert.equal(typeof detail.offset, "number");
      return true;
    });
  }
});

test("what is no text at all is wrong use", async () => {
  for (const json of [undefined, null, 1, {}, ["{}"], new ArrayBuffer(2)]) {
    await assert.rejects(canonicalizeText(json), { code: "usage/not-text" });
    assert.throws(() => anything.checkText(json), { code: "usage/not-text" });
  }
});
