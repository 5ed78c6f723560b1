// The limits that TypeScript checks ahead are those of the engine.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DEPTH_MAX, TEXT_BYTES_MAX } from "../../dist/limits.js";

const table = readFileSync(new URL("../../../src/limits.rs", import.meta.url), "utf8");

function limit(name) {
  const [, expression] = table.match(new RegExp(`const ${name}: usize = ([0-9_< ]+);`)) ?? [];
  assert.ok(expression, `src/limits.rs has no ${name}`);
  const [value, shift = "0"] = expression.replaceAll("_", "").split("<<");
  return Number(value) * 2 ** Number(shift);
}

test("sizes and depths equal those of the engine", () => {
  assert.equal(TEXT_BYTES_MAX, limit("TEXT_BYTES_MAX"));
  assert.equal(DEPTH_MAX, limit("DEPTH_MAX"));
});
