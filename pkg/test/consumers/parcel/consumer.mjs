// Parcel from its command line, starting from a page: emits the file for `new URL` by itself.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";

const program = createRequire(import.meta.url).resolve("parcel/lib/bin.js");

export default [
  {
    name: "Parcel",
    door: "url",
    async run({ folder, openFiles }) {
      const options = ["--no-cache", "--no-autoinstall", "--dist-dir", "dist"];
      const build = [program, "build", "index.html", ...options];
      try {
        await promisify(execFile)(process.execPath, build, { cwd: folder });
      } catch ({ stdout, stderr }) {
        throw new Error(`${stdout}${stderr}`);
      }
      return openFiles(join(folder, "dist"));
    },
  },
];
