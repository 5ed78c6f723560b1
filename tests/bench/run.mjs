// Bundles the page, serves it on loopback with the headers that give pages a fine clock, runs every
// suite on a fresh page of one headless browser, and writes the groups measured as JSON.
// Called by `cargo xtask bench`:  node run.mjs '{"engine", "browser", "rounds", "package", …}'
import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";

const here = dirname(fileURLToPath(import.meta.url));
const order = JSON.parse(process.argv[2]);

/** Where things are served, as the page sees them. */
const PATHS = {
  entry: "/package/index.js",
  glue: "/package/keepfast.js",
  wasm: "/package/keepfast.wasm",
  content: "/package/content.js",
  text: "/package/text.js",
  crates: "/crates/peers",
};
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const HTML = `<!doctype html><meta charset="utf-8"><title>bench</title>
<script type="module" src="/page.js"></script>`;

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(here, "src/page.mjs")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: { global: "globalThis" },
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

async function answer(script, path) {
  if (path === "/") return HTML;
  if (path === "/page.js") return script;
  const [, area, ...rest] = normalize(path).split("/");
  const folder = { package: order.package, crates: order.crates }[area];
  return folder ? readFile(join(folder, ...rest)) : null;
}

async function serve(script) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const body = await answer(script, pathname).catch(() => null);
    response.statusCode = body === null ? 404 : 200;
    response.setHeader("Content-Type", TYPES[extname(pathname) || ".html"] ?? "text/plain");
    response.setHeader("Cache-Control", "no-store");
    // Without isolation Chromium rounds the clock to 100 µs and Firefox to 1 ms.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.end(body ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const CHROMIUM_FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const FIREFOX_PREFERENCES = {
  "privacy.reduceTimerPrecision": false,
  "app.update.enabled": false,
  "app.normandy.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

function launch() {
  const isRoot = process.getuid?.() === 0;
  const flags = isRoot ? [...CHROMIUM_FLAGS, "--no-sandbox"] : CHROMIUM_FLAGS;
  return puppeteer.launch({
    browser: order.engine === "firefox" ? "firefox" : "chrome",
    executablePath: order.browser,
    headless: true,
    // A suite is one call and takes minutes.
    protocolTimeout: 1_800_000,
    args: order.engine === "firefox" ? [] : flags,
    extraPrefsFirefox: FIREFOX_PREFERENCES,
  });
}

async function onFreshPage(browser, url, work) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.goto(url);
  await page.waitForFunction("globalThis.suiteNames !== undefined");
  const result = await work(page);
  await page.close();
  return result;
}

async function main() {
  // Taken before the browser starts, so that it tells what else the machine is doing.
  const machine = { load: loadavg()[0], processors: availableParallelism() };
  const server = await serve(await bundle());
  const url = `http://127.0.0.1:${server.address().port}/`;
  const browser = await launch();
  try {
    const { engine, rounds } = order;
    const groups = [];
    const names = await onFreshPage(browser, url, (page) => page.evaluate("suiteNames"));
    for (const name of order.suites ?? names) {
      console.error(`${engine}: ${name}`);
      const run = (page) =>
        page.evaluate((n, o) => globalThis.runSuite(n, o), name, { engine, rounds, paths: PATHS });
      groups.push(...(await onFreshPage(browser, url, run)));
    }
    const agent = await browser.version();
    const result = { engine, agent, rounds, ...machine, groups };
    await writeFile(order.out, JSON.stringify(result, null, 1));
  } finally {
    await browser.close();
    server.close();
  }
}

await main();
