// Serves the playground as the demo does: www/ at the root, the built package under /keepfast/.
// Owns nothing but the mapping of paths to files and refuses everything outside the two folders.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PACKAGE_PREFIX = "/keepfast/";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".ipynb": "application/json",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Starts a server on a free port of the loopback interface.
 *
 * @param {{ packageFolder?: string }} options where /keepfast/ comes from, `pkg/dist` by default
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serve({ packageFolder = `${ROOT}pkg${sep}dist` } = {}) {
  const server = createServer((request, response) => {
    answer(request, response, packageFolder).catch(() => end(response, 404));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => new Promise((closed) => server.close(closed).closeAllConnections());
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}

async function answer(request, response, packageFolder) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const isPackage = path.startsWith(PACKAGE_PREFIX);
  const folder = isPackage ? packageFolder : `${ROOT}www`;
  const rest = isPackage ? path.slice(PACKAGE_PREFIX.length - 1) : path;
  const file = normalize(`${folder}${rest.endsWith("/") ? `${rest}index.html` : rest}`);
  if (!file.startsWith(folder + sep) || !(await stat(file)).isFile()) return end(response, 404);
  response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  createReadStream(file).pipe(response);
}

function end(response, status) {
  response.statusCode = status;
  response.end();
}
