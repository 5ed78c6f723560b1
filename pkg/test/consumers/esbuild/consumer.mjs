// esbuild to one file: does not follow the address of the file, carries the inlined copy.

import { join } from "node:path";
import { build } from "esbuild";

export default [
  {
    name: "esbuild",
    door: "inline",
    async run({ folder, openFiles }) {
      await build({
        absWorkingDir: folder,
        entryPoints: ["main.js"],
        bundle: true,
        format: "esm",
        outfile: join(folder, "dist/main.js"),
        logLevel: "silent",
      });
      return openFiles(folder);
    },
  },
];
