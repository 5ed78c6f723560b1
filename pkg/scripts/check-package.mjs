// What independent tools say about the tarball: publint about its fields, are-the-types-wrong about
// its declarations; and whether only that is in it which should be. Prints one row per check.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "./pack.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "keepfast-pack-"));
let failed = 0;

function row(name, complaints) {
  failed += complaints.length > 0;
  console.log(complaints.length ? `not ok ${name}: ${complaints.join("; ")}` : `ok ${name}`);
}

try {
  const { tarball, files } = pack(folder);
  row("contents", contents(files));
  row("publint", await fields(tarball));
  row("are-the-types-wrong", types(tarball));
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${3 - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

function contents(files) {
  const wanted = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "CHANGELOG.md",
    "dist/keepfast.wasm",
  ];
  const known = [
    /^dist\/[\w-]+(\.js|\.wasm|\.d\.ts|\.wasm\.d\.ts)$/,
    /^LICENSE/,
    /^[A-Z]+\.md$/,
    /^package\.json$/,
  ];
  return [
    ...files
      .filter((file) => !known.some((form) => form.test(file)))
      .map((file) => `${file} is in it`),
    ...wanted.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ];
}

async function fields(tarball) {
  const bytes = readFileSync(tarball);
  const packed = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ pack: { tarball: packed }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }));
}

function types(tarball) {
  const program = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
  const args = [program, tarball, "--profile", "esm-only", "--no-color", "--format", "ascii"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
}
