// Vite as people use it: the development server, and a build that is then served as files.

import { join } from "node:path";

export function consumersOf(vite, version, devDoor) {
  const options = (folder) => ({ root: folder, configFile: false, logLevel: "silent" });
  return [
    {
      name: `Vite ${version} dev`,
      door: devDoor,
      async run({ folder, open }) {
        const place = { host: "127.0.0.1", port: 0 };
        const server = await vite.createServer({ ...options(folder), server: place });
        await server.listen();
        try {
          return await open(server.resolvedUrls.local[0]);
        } finally {
          await server.close();
        }
      },
    },
    {
      name: `Vite ${version} build`,
      door: "url",
      async run({ folder, openFiles }) {
        await vite.build(options(folder));
        return openFiles(join(folder, "dist"));
      },
    },
  ];
}
