// The browsers: started once, headless, with an empty profile, and asked what a page made of the
// package. Where they are comes from the environment, or else from where Debian puts them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const CHROMIUM_FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];
const PATIENCE_MS = 30_000;

export class Browsers {
  #running = new Map();
  #profiles = [];

  /** Opens a page and answers what it left in `globalThis.outcome`. */
  async open(address, name = "chromium") {
    const page = await (await this.start(name)).newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(error.message));
    try {
      await page.goto(address, { timeout: PATIENCE_MS });
      const found = await page.waitForFunction("globalThis.outcome", { timeout: PATIENCE_MS });
      return await found.jsonValue();
    } catch (error) {
      throw new Error([error.message, ...problems].join("; "));
    } finally {
      await page.close();
    }
  }

  /** Installs an extension and answers what its service worker left in `globalThis.outcome`. */
  async extension(folder) {
    const browser = await this.start("chromium");
    const id = await browser.installExtension(folder);
    const target = await browser.waitForTarget(
      (target) => target.type() === "service_worker" && target.url().includes(id),
      { timeout: PATIENCE_MS },
    );
    const worker = await target.worker();
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const outcome = await worker.evaluate("globalThis.outcome");
      if (outcome) return outcome;
      if (Date.now() > end) throw new Error("the extension's worker reported nothing");
      await new Promise((tick) => setTimeout(tick, 50));
    }
  }

  start(name) {
    if (!this.#running.has(name)) this.#running.set(name, this.#launch(name));
    return this.#running.get(name);
  }

  #launch(name) {
    const userDataDir = mkdtempSync(join(tmpdir(), `keepfast-${name}-`));
    this.#profiles.push(userDataDir);
    const common = { headless: true, userDataDir };
    if (name === "firefox") {
      const executablePath = process.env.KEEPFAST_FIREFOX || "/usr/bin/firefox-esr";
      return puppeteer.launch({ ...common, browser: "firefox", executablePath });
    }
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    return puppeteer.launch({
      ...common,
      executablePath: process.env.KEEPFAST_CHROMIUM || "/usr/bin/chromium",
      args: [...CHROMIUM_FLAGS, ...sandbox],
      enableExtensions: true,
      pipe: true,
    });
  }

  async close() {
    for (const launching of this.#running.values()) {
      await launching.then((browser) => browser.close()).catch(() => {});
    }
    for (const profile of this.#profiles) {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}
