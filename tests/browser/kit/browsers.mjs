// Starts the browsers and finds axe-core. Owns where they come from: browsers are looked for on the
// machine, the two tools are development dependencies of this folder.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

/** @returns {Promise<import("puppeteer-core").Browser>} headless, with an empty profile */
export function launchChromium() {
  const executablePath = find("CHROMIUM", ["chromium", "chromium-browser", "google-chrome"]);
  return puppeteer.launch({ browser: "chrome", executablePath, args: sandboxArgs() });
}

/** @returns {Promise<import("puppeteer-core").Browser>} headless, with an empty profile */
export function launchFirefox() {
  const executablePath = find("FIREFOX", ["firefox-esr", "firefox"]);
  return puppeteer.launch({ browser: "firefox", executablePath });
}

/** The file of axe-core that a page runs. */
export const axePath = () => createRequire(import.meta.url).resolve("axe-core/axe.min.js");

// Chromium refuses its sandbox to root.
const sandboxArgs = () => (process.getuid?.() === 0 ? ["--no-sandbox"] : []);

function find(variable, names) {
  const given = process.env[`KEEPFAST_${variable}`] ?? process.env[variable];
  if (given) return given;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`no ${names.join(" or ")} found: install it or set ${variable}`);
  return found;
}
