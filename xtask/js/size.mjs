// What a page downloads: the wasm module, and the JavaScript of each entry as a bundler would
// minify it, without the chunks that are loaded only on demand. Called by `cargo xtask size` with
// the package's folder; prints one JSON object with bytes by part and form.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const { buildSync } = createRequire(join(folder, "package.json"))("esbuild");

/** Bytes of each form in which a server may send this. */
function sizes(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

/** The files that loading `entry` loads at once: itself and what it imports statically. */
function loadedAtOnce(entry, outputs, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const { kind, path } of outputs[entry].imports) {
    if (kind === "import-statement" && path in outputs) loadedAtOnce(path, outputs, found);
  }
  return found;
}

/** The minified JavaScript that comes with an entry of the package. */
function entry(name) {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: folder,
    entryPoints: [`dist/${name}.js`],
    outdir: "bundle",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    metafile: true,
    write: false,
  });
  const at = new Map(outputFiles.map((file) => [file.path, Buffer.from(file.contents)]));
  const files = [...loadedAtOnce(`bundle/${name}.js`, metafile.outputs)];
  return Buffer.concat(files.map((file) => at.get(join(folder, file))));
}

console.log(
  JSON.stringify({
    "keepfast (JavaScript)": sizes(entry("index")),
    "keepfast.wasm": sizes(readFileSync(join(folder, "dist/keepfast.wasm"))),
    "keepfast/inline (all)": sizes(entry("inline")),
  }),
);
