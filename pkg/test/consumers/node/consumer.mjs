// Node: reads no files through fetch, so the inlined copy serves, and nothing is said about it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

export default [
  {
    name: `Node ${process.versions.node.split(".")[0]}`,
    door: "inline",
    async run({ folder }) {
      const program = promisify(execFile)(process.execPath, ["main.mjs"], { cwd: folder });
      const { stdout, stderr } = await program;
      const outcome = JSON.parse(stdout);
      if (outcome.said.length || stderr) throw new Error(`it said ${outcome.said} ${stderr}`);
      return outcome;
    },
  },
];
