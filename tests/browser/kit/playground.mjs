// The playground in a browser, as tests use it: opens it, gives it texts and files, reads what it
// shows. Waits for results by asking the page, because its content policy forbids the evaluation
// of text that puppeteer's own waiting needs.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

const TIMEOUT_MS = 20_000;
const STEP_MS = 15;

export const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");

export const exampleText = (name) =>
  readFile(new URL(`../../../www/examples/${name}`, import.meta.url), "utf8");

/** RFC 8785 text of values with ASCII names and plain numbers: enough for the texts tested here. */
export function canonicalText(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(",")}}`;
}

export class Playground {
  /** Opens the page and waits for its first example. */
  static async open(browser, origin, { isDark = false, width = 1280, height = 900 } = {}) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    const scheme = isDark ? "dark" : "light";
    if (isDark) await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(`${origin}/`);
    const playground = new Playground(page);
    await playground.until(() => document.querySelector("#document .name").textContent !== "");
    await playground.settled();
    return playground;
  }

  constructor(page) {
    this.page = page;
  }

  async until(condition, ...args) {
    const end = Date.now() + TIMEOUT_MS;
    while (!(await this.page.evaluate(condition, ...args))) {
      if (Date.now() > end) throw new Error(`not within ${TIMEOUT_MS} ms: ${condition}`);
      await new Promise((resume) => setTimeout(resume, STEP_MS));
    }
  }

  /** Waits until the result is that of the texts in the panes. */
  settled() {
    const isSettled = () => document.querySelector("#result").getAttribute("aria-busy") === "false";
    return this.until(isSettled);
  }

  async example(name) {
    await this.page.evaluate((example) => {
      document.querySelector("#document .name").textContent = "";
      document.querySelector(`[data-example="${example}"]`).click();
    }, name);
    await this.until(() => document.querySelector("#document .name").textContent !== "");
    await this.settled();
  }

  /** Drops files onto an element, as a file manager does. */
  async drop(selector, files) {
    await this.page.evaluate(dropFiles, selector, files);
    const last = files.at(-1);
    await this.until(
      (name) => [...document.querySelectorAll(".name")].some((node) => node.textContent === name),
      last.name,
    );
    await this.settled();
  }

  text(selector) {
    return this.page.$eval(selector, (node) => node.textContent);
  }

  summary() {
    return this.text("#summary");
  }

  /** The pointers of the issues shown, as [in the document, in the schema]. */
  pointers() {
    return this.page.$$eval(".issues li", (items) =>
      items.map((item) => [...item.querySelectorAll(".place")].map((node) => node.textContent)),
    );
  }

  /** Presses the button with a text and reads what is selected in the text field it leads to. */
  async follow(buttonText) {
    return this.page.evaluate((wanted) => {
      const buttons = [...document.querySelectorAll("#issues .place")];
      buttons.find((button) => button.textContent === wanted).click();
      const field = document.activeElement;
      const selected = field.value.slice(field.selectionStart, field.selectionEnd);
      return { pane: field.closest(".pane").id, selected };
    }, buttonText);
  }

  close() {
    return this.page.close();
  }
}

function dropFiles(selector, files) {
  const dataTransfer = new DataTransfer();
  for (const { name, text, bytes } of files) {
    dataTransfer.items.add(new File([bytes ? new Uint8Array(bytes) : text], name));
  }
  const target = document.querySelector(selector);
  const options = { dataTransfer, bubbles: true, cancelable: true };
  target.dispatchEvent(new DragEvent("dragover", options));
  target.dispatchEvent(new DragEvent("drop", options));
}
