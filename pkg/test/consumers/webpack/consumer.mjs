// webpack 5 in production mode: emits the file for `new URL` by itself.

import { join } from "node:path";
import webpack from "webpack";

export default [
  {
    name: "webpack 5",
    door: "url",
    async run({ folder, openFiles }) {
      const output = { path: join(folder, "dist"), publicPath: "/dist/" };
      const options = { mode: "production", context: folder, entry: "./main.js", output };
      await new Promise((built, refuse) => {
        webpack(options, (error, stats) => {
          if (error || stats.hasErrors()) refuse(error ?? new Error(stats.toString("errors-only")));
          else built();
        });
      });
      return openFiles(folder);
    },
  },
];
