// Schemas that the app forgot: their memory comes back with the garbage. In a file, and so in a
// process, of its own, where the only handles are those of this test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as bridge from "../../dist/bridge.js";
import { compileSchema } from "../../dist/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
const handleOf = (schema) => bridge.run(() => schema.handle());

test("a schema that the app forgot gives its handle back, one that it keeps does not", async () => {
  const kept = await compileSchema({ enum: ["kept"] });
  const forgotten = await compileSchema({ enum: ["forgotten"] }).then(handleOf);
  for (let i = 0; i < 100; i++) {
    collectGarbage();
    await new Promise((later) => setTimeout(later, 10));
    const next = await compileSchema({ enum: ["next"] });
    const handle = handleOf(next);
    next.release();
    assert.notEqual(handle, handleOf(kept));
    if (handle === forgotten) return;
  }
  assert.fail(`handle ${forgotten} is still taken`);
});
