// Packs the package as it would be published. Who calls it decides where; what goes in is said by
// package.json alone.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("../", import.meta.url));

/** Packs into `folder` and answers the path of the tarball and of the files in it. */
export function pack(folder) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", "--json", "--pack-destination", folder];
  const printed = execFileSync(npm, args, {
    cwd: here,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ filename, files }] = Object.values(JSON.parse(printed.slice(printed.search(/^[[{]/m))));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}
