// Compiled schemas: what a check says about live values and text, what is no schema, and what
// releasing does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSchema, inspect } from "../../dist/index.js";

const person = {
  properties: { name: { type: "string" }, age: { type: "uint8" } },
  optionalProperties: { tags: { elements: { type: "string" } } },
};

/** Issues without their wording, in a fixed order. */
const places = (issues) => issues.map((issue) => [issue.instancePath, issue.schemaPath]).sort();

test("a valid value has no issues, alive and as text", async () => {
  const schema = await compileSchema(person);
  const content = { age: 36, name: "Ada", tags: ["a", "b"] };
  assert.deepEqual(schema.check(content), []);
  assert.deepEqual(schema.checkText(JSON.stringify(content, null, 2)), []);
});

test("issues are pointers into the value and the schema, with a message", async () => {
  const schema = await compileSchema(person);
  const content = { age: 300, tags: ["a", 1], "x/y~": null };
  const expected = [
    ["", "/properties/name"],
    ["/age", "/properties/age/type"],
    ["/tags/1", "/optionalProperties/tags/elements/type"],
    ["/x~1y~0", ""],
  ];
  const issues = schema.check(content);
  assert.deepEqual(places(issues), expected);
  assert.deepEqual(places(schema.checkText(JSON.stringify(content))), expected);
  for (const { message } of issues) assert.ok(message.length > 3);
});

test("a value of the wrong form at the root is one issue", async () => {
  const schema = await compileSchema(person);
  assert.deepEqual(places(schema.check([])), [["", "/properties"]]);
});

test("what is no JSON Type Definition is schema/invalid with its pointer", async () => {
  const cases = [
    [{ type: "nope" }, "/type"],
    [{ properties: { a: { elements: { type: 1 } } } }, "/properties/a/elements/type"],
    [{ enum: [] }, "/enum"],
    [[], ""],
    [null, ""],
    ["text", ""],
  ];
  for (const [jtd, pointer] of cases) {
    await assert.rejects(compileSchema(jtd), ({ code, retry, detail }) => {
      assert.deepEqual(
        { code, retry, pointer: detail.pointer },
        { code: "schema/invalid", retry: "never", pointer },
      );
      assert.equal(typeof detail.reason, "string");
      return true;
    });
  }
});

test("a schema that is no JSON is wrong use, with its pointer", async () => {
  for (const [jtd, pointer] of [
    [undefined, ""],
    [{ properties: { a: undefined, b: () => 1 } }, "/properties/b"],
  ]) {
    await assert.rejects(compileSchema(jtd), ({ code, detail }) => {
      assert.deepEqual([code, detail.pointer], ["usage/schema-not-json", pointer]);
      return true;
    });
  }
});

test("changing the schema object after it was compiled changes nothing", async () => {
  const jtd = { type: "string" };
  const promise = compileSchema(jtd);
  jtd.type = "uint8";
  const schema = await promise;
  assert.deepEqual(schema.check("text"), []);
  assert.equal(schema.check(1).length, 1);
});

test("many schemas stay apart", async () => {
  const schemas = await Promise.all(
    Array.from({ length: 50 }, (_, i) => compileSchema({ enum: [`only ${i}`] })),
  );
  schemas.forEach((schema, i) => {
    assert.deepEqual(schema.check(`only ${i}`), []);
    assert.deepEqual(places(schema.check(`only ${i + 1}`)), [["", "/enum"]]);
  });
});

test("a released schema works again when it is used again", async () => {
  const schema = await compileSchema({ type: "boolean" });
  schema.release();
  schema.release();
  const other = await compileSchema({ type: "string" });
  assert.deepEqual(schema.check(true), []);
  assert.deepEqual(places(schema.check("text")), [["", "/type"]]);
  assert.deepEqual(other.check("text"), []);
});

test("only what compileSchema made is a schema", async () => {
  await assert.rejects(inspect(1, { schema: { type: "string" } }), {
    code: "usage/unknown-schema",
  });
});
