// The oldest TypeScript that the declarations are written for, with its own library files and all
// declarations checked; what it makes of a strict program is then run.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const compiler = createRequire(import.meta.url).resolve("typescript5/lib/tsc.js");

export default [
  {
    name: "TypeScript 5.0",
    door: "inline",
    async run({ folder }) {
      const node = (...args) => promisify(execFile)(process.execPath, args, { cwd: folder });
      await node(compiler, "--project", ".").catch(({ stdout }) => {
        throw new Error(stdout);
      });
      const { stdout } = await node("dist/main.js");
      return JSON.parse(stdout);
    },
  },
];
