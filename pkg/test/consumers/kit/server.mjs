// A plain file server on a free loopback port, as any host of static files is: right types, 404
// for what is not there, nothing else.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves `folder` while `use` runs with the address of its root. */
export async function serving(folder, use) {
  const server = createServer(async ({ url }, answer) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    try {
      const body = await readFile(path);
      answer.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
      answer.end(body);
    } catch {
      answer.writeHead(404, { "content-type": "text/plain" });
      answer.end("not found");
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
