// npm ships the licence files that lie beside package.json; ours lie at the root of the
// repository. `copy` puts them here while the tarball is packed, `remove` takes them away.

import { copyFileSync, readdirSync, rmSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const here = new URL("../", import.meta.url);

for (const name of readdirSync(root).filter((name) => name.startsWith("LICENSE"))) {
  if (process.argv[2] === "copy") copyFileSync(new URL(name, root), new URL(name, here));
  else rmSync(new URL(name, here), { force: true });
}
