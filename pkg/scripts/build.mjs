// Builds dist/ from src/ and from wasm/, which `cargo xtask build` fills: the compiled modules file
// by file, the glue and the WebAssembly as they are, and the same WebAssembly as a base64 module.
// A build that fails leaves the dist/ of the last one in place.

import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const made = (path) => here(`dist.new/${path}`);

rmSync(here("dist.new"), { recursive: true, force: true });
const compiler = here("node_modules/typescript/bin/tsc");
const compile = [compiler, "--project", here("."), "--outDir", here("dist.new")];
const { status } = spawnSync(process.execPath, compile, { stdio: "inherit" });
if (status !== 0) {
  rmSync(here("dist.new"), { recursive: true, force: true });
  process.exit(1);
}

copyFileSync(here("wasm/keepfast.js"), made("keepfast.js"));
copyFileSync(here("wasm/keepfast.d.ts"), made("keepfast.d.ts"));
copyFileSync(here("wasm/keepfast_bg.wasm"), made("keepfast.wasm"));
const base64 = readFileSync(made("keepfast.wasm")).toString("base64");
writeFileSync(made("wasm-base64.js"), `export const base64 =\n  "${base64}";\n`);
for (const name of ["keepfast.wasm.d.ts", "wasm-base64.d.ts"]) {
  copyFileSync(here(`src/${name}`), made(name));
}

rmSync(here("dist"), { recursive: true, force: true });
renameSync(here("dist.new"), here("dist"));
