// Tries the packed tarball in every tool that people use, unconfigured. Each folder beside this
// file is one consumer; its consumer.mjs says how it is built and run. Prints one row for each,
// with the door by which the WebAssembly came. `node run.mjs NAME …` tries only those folders.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "../../scripts/pack.mjs";
import { Browsers } from "./kit/browsers.mjs";
import { serving } from "./kit/server.mjs";

const EXPECTED = {
  digest: "ec4f95abcb4e2e3dbe856c3eb2f81995eacb3823d40aa2e78ed4c5e1798f664d",
  instancePath: "/a",
  refusal: "content/not-json",
};
const ROW_MS_MAX = 120_000;
const AT_ONCE = 2;

const here = fileURLToPath(new URL(".", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "keepfast-consumers-"));
const browsers = new Browsers();
let passed = 0;
let failed = 0;

/** A copy of a consumer's folder with the package as npm would install it. */
function install(name, row, tarball) {
  const folder = join(temporary, `${name}-${row}`);
  cpSync(join(here, name), folder, { recursive: true });
  cpSync(join(here, "kit/check.js"), join(folder, "check.js"));
  const place = join(folder, "node_modules/keepfast");
  mkdirSync(place, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
  return folder;
}

async function attempt({ name, door, run }, folder) {
  try {
    const context = {
      folder,
      open: (address) => browsers.open(address),
      extension: (path) => browsers.extension(path),
      openFiles: (path, { page = "", browser } = {}) =>
        serving(path, (address) => browsers.open(address + page, browser)),
    };
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`not done after ${ROW_MS_MAX} ms`)), ROW_MS_MAX).unref();
    });
    const outcome = await Promise.race([run(context), late]);
    for (const [what, value] of Object.entries({ ...EXPECTED, door })) {
      if (outcome[what] !== value) {
        throw new Error(`${what} is not ${value}: ${JSON.stringify(outcome)}`);
      }
    }
    passed++;
    console.log(`ok ${name} (${door})`);
  } catch (error) {
    failed++;
    console.log(`not ok ${name}: ${String(error?.message ?? error).replaceAll("\n", " ")}`);
  }
}

try {
  const { tarball } = pack(temporary);
  const wanted = process.argv.slice(2);
  const names = readdirSync(here).filter((name) => existsSync(join(here, name, "consumer.mjs")));
  const rows = [];
  for (const name of names.filter((name) => !wanted.length || wanted.includes(name))) {
    const { default: consumers } = await import(`./${name}/consumer.mjs`);
    for (const [i, consumer] of consumers.entries()) {
      rows.push(() => attempt(consumer, install(name, i, tarball)));
    }
  }
  const worker = async () => {
    for (let row = rows.shift(); row; row = rows.shift()) await row();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
} finally {
  await browsers.close();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
