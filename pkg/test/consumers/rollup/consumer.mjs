// Rollup with node-resolve alone: does not follow the address of the file, splits the inlined copy.

import { join } from "node:path";
import resolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

export default [
  {
    name: "Rollup",
    door: "inline",
    async run({ folder, openFiles }) {
      const bundle = await rollup({ input: join(folder, "main.js"), plugins: [resolve()] });
      await bundle.write({ dir: join(folder, "dist"), format: "es" });
      await bundle.close();
      return openFiles(folder);
    },
  },
];
