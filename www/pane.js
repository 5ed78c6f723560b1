// One pane: a text field with its file button, drop zone and status line. Owns what can be done
// with the text as a whole; the text itself belongs to its field. Knows nothing of JSON.

import { setText } from "./dom.js";
import { holdsFiles, readFile } from "./files.js";
import { bytes, count, number } from "./format.js";
import { countLineBreaks, lineAndColumn } from "./locate.js";
import { TextField } from "./text-field.js";

export class Pane {
  /** Why the chosen file is no text, in words; null for text that can be examined. */
  unreadable = null;
  /** Whether the text is a built-in example, as it was or edited. */
  isExample = false;
  #root;
  #field;
  #measured = { text: "", size: "Empty" };

  /**
   * @param {HTMLElement} root the pane's section
   * @param {{ onReplace: () => void, onChange: (pauseMs: number) => void }} listeners `onReplace`
   *   when people bring a text of their own, `onChange` after every change of the text
   */
  constructor(root, { onReplace, onChange }) {
    this.#root = root;
    this.onReplace = onReplace;
    this.onChange = onChange;
    this.#field = new TextField(this.#part("textarea"), {
      onReplace: () => this.#replaced(),
      onChange: (pauseMs) => this.#changed(pauseMs),
      onMove: () => this.#describe(),
    });
    this.#listenToButtons();
    this.#listenToDrops();
    this.#describe();
  }

  get text() {
    return this.#field.text;
  }

  /** Replaces the whole text, as a file or an example does; without arguments it is cleared. */
  fill({ name = "", text = "", unreadable = null, isExample = false } = {}) {
    this.isExample = isExample;
    setText(this.#part(".name"), name);
    this.#field.text = text;
    this.#changed(0, unreadable);
  }

  async open(file) {
    const read = await readFile(file);
    this.#replaced();
    this.fill(read);
  }

  /** Shows a range of the text; the focus moves there, Escape moves it back. */
  show(range) {
    this.#root.scrollIntoView({ block: "nearest" });
    this.#field.show(range);
  }

  /** Tells assistive technology that the text has a problem. */
  mark(hasProblem) {
    this.#part("textarea").setAttribute("aria-invalid", String(hasProblem));
  }

  #replaced() {
    this.isExample = false;
    setText(this.#part(".name"), "");
    this.onReplace();
  }

  #changed(pauseMs, unreadable = null) {
    this.unreadable = unreadable;
    this.#describe();
    this.onChange(pauseMs);
  }

  #listenToButtons() {
    const file = this.#part('input[type="file"]');
    file.addEventListener("change", async () => {
      if (file.files.length > 0) await this.open(file.files[0]);
      // Emptied, so that choosing the same file again counts as a change.
      file.value = "";
    });
    this.#part(".clear").addEventListener("click", () => this.fill());
    this.#part(".earlier").addEventListener("click", () => this.#field.turn(-1));
    this.#part(".later").addEventListener("click", () => this.#field.turn(1));
  }

  #listenToDrops() {
    const root = this.#root;
    root.addEventListener("dragover", (event) => {
      if (holdsFiles(event)) root.classList.add("over");
    });
    root.addEventListener("dragleave", (event) => {
      if (!root.contains(event.relatedTarget)) root.classList.remove("over");
    });
    root.addEventListener("drop", (event) => {
      root.classList.remove("over");
      if (!holdsFiles(event) || event.dataTransfer.files.length !== 1) return;
      event.preventDefault();
      event.stopPropagation();
      this.open(event.dataTransfer.files[0]);
    });
  }

  #describe() {
    const { shown, isWhole } = this.#field;
    const part = this.#part(".part");
    part.hidden = isWhole;
    if (!isWhole) {
      const place = `${number(shown.start + 1)} to ${number(shown.end)}`;
      const whole = count(this.text.length, "character");
      setText(part.querySelector("span"), `Showing ${place} of ${whole}`);
      part.querySelector(".earlier").disabled = shown.start === 0;
      part.querySelector(".later").disabled = shown.end >= this.text.length;
    }
    setText(this.#part(".status"), this.unreadable ?? this.#status());
  }

  #status() {
    if (this.text === "") return "Empty";
    const caret = lineAndColumn(this.text, this.#field.caret);
    const place = `line ${number(caret.line)}, column ${number(caret.column)}`;
    const way = this.#field.canReturn ? " · Escape goes back" : "";
    return `${this.#size()} · caret at ${place}${way}`;
  }

  /** Measured once per text: a caret that moves through a big text must not pay for it. */
  #size() {
    const { text } = this;
    if (this.#measured.text !== text) {
      const byteLength = new TextEncoder().encode(text).length;
      const size = `${bytes(byteLength)}, ${count(countLineBreaks(text) + 1, "line")}`;
      this.#measured = { text, size };
    }
    return this.#measured.size;
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }
}
