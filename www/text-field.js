// A text field that holds any amount of text. Owns the whole text and which part of it the
// browser's field shows (see text-window.js), takes over what is typed and pasted there, and can
// show a place. Knows neither files nor JSON; indexes are UTF-16 units of the whole text.

import { element } from "./dom.js";
import { lineAndColumn } from "./locate.js";
import { SHOWN_MAX, windowAround } from "./text-window.js";

/** A short pause of typing, after which a change is worth work. */
const TYPING_PAUSE_MS = 250;

export class TextField {
  #field;
  #text = "";
  #shown = { start: 0, end: 0 };
  #returnTo = null;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {{ onReplace: () => void, onChange: (pauseMs: number) => void, onMove: () => void }}
   *   listeners `onReplace` before a paste that leaves nothing of the old text, `onChange` after
   *   each change of the text by hand, `onMove` when the caret or the shown part moved
   */
  constructor(field, { onReplace, onChange, onMove }) {
    this.#field = field;
    this.onReplace = onReplace;
    this.onChange = onChange;
    this.onMove = onMove;
    field.addEventListener("beforeinput", () => this.#widenSelection());
    field.addEventListener("input", () => this.#take());
    field.addEventListener("paste", (event) => this.#paste(event));
    field.addEventListener("copy", (event) => this.#copy(event));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.canReturn) this.#returnTo.focus();
    });
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === field) this.onMove();
    });
  }

  get text() {
    return this.#text;
  }

  set text(text) {
    this.#text = text;
    this.#showPart(0);
  }

  /** The part of the text that the field shows. */
  get shown() {
    return this.#shown;
  }

  get isWhole() {
    return this.#shown.start === 0 && this.#shown.end === this.#text.length;
  }

  /** Whether Escape leads back to where the focus came from. */
  get canReturn() {
    return document.activeElement === this.#field && (this.#returnTo?.isConnected ?? false);
  }

  get caret() {
    return this.#fromField(this.#field.selectionStart);
  }

  /**
   * Selects a range, scrolls to it and moves the focus there; Escape moves the focus back.
   *
   * @param {{ start: number, end: number }} range
   */
  show(range) {
    if (document.activeElement !== this.#field) this.#returnTo = document.activeElement;
    const isOutside = range.start < this.#shown.start || range.start >= this.#shown.end;
    if (isOutside && !this.isWhole) this.#showPart(range.start);
    const start = this.#toField(range.start);
    this.#field.focus({ preventScroll: true });
    this.#field.setSelectionRange(start, this.#toField(range.end));
    this.#scrollTo(start);
    this.onMove();
  }

  /** Shows the part before (-1) or after (1) the shown one. */
  turn(direction) {
    const { start, end } = this.#shown;
    this.#showPart(direction < 0 ? Math.max(0, start - SHOWN_MAX / 2) : end);
  }

  /** Takes over what was typed: the shown part changes, what lies around it stays. */
  #take() {
    const { start, end } = this.#shown;
    const part = this.#withLineBreaks(this.#field.value);
    this.#text = this.#text.slice(0, start) + part + this.#text.slice(end);
    this.#shown = { start, end: start + part.length };
    if (part.length > SHOWN_MAX * 2) this.#showPart(start);
    this.onChange(TYPING_PAUSE_MS);
  }

  /** A big paste goes into the text directly: the field would need long to lay it out. */
  #paste(event) {
    const pasted = event.clipboardData.getData("text/plain");
    this.#widenSelection();
    if (this.#text === "" || this.#isAllSelected()) this.onReplace();
    if (pasted.length + this.#field.value.length <= SHOWN_MAX) return;
    event.preventDefault();
    const from = this.#fromField(this.#field.selectionStart);
    const to = this.#fromField(this.#field.selectionEnd);
    this.#text = this.#text.slice(0, from) + pasted + this.#text.slice(to);
    this.#showPart(from);
    this.onChange(0);
  }

  /** Everything selected means the whole text, not the part of it that happens to show. */
  #widenSelection() {
    if (this.isWhole || !this.#isAllSelected()) return;
    this.#text = this.#text.slice(this.#shown.start, this.#shown.end);
    this.#shown = { start: 0, end: this.#text.length };
  }

  #copy(event) {
    if (this.isWhole || !this.#isAllSelected()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", this.#text);
  }

  #showPart(index) {
    this.#shown = windowAround(this.#text, index);
    this.#field.value = this.#text.slice(this.#shown.start, this.#shown.end);
    this.#field.setSelectionRange(0, 0);
    this.#field.scrollTo(0, 0);
    this.onMove();
  }

  /** Lines are not wrapped, so a place lies at the height of its line. */
  #scrollTo(index) {
    const field = this.#field;
    const { line, lineStart } = lineAndColumn(field.value, index);
    const style = getComputedStyle(field);
    const pen = element("canvas").getContext("2d");
    pen.font = style.font;
    const across = pen.measureText(field.value.slice(lineStart, index)).width;
    const left = across < field.clientWidth * 0.7 ? 0 : across - field.clientWidth / 3;
    const top = (line - 1) * parseFloat(style.lineHeight) - field.clientHeight / 3;
    field.scrollTo(left, Math.max(0, top));
  }

  #isAllSelected() {
    const { selectionStart, selectionEnd, value } = this.#field;
    return value !== "" && selectionStart === 0 && selectionEnd === value.length;
  }

  /** A browser's field knows every line break as one LF; the text keeps the breaks of its file. */
  #withLineBreaks(fieldText) {
    return this.#text.includes("\r\n") ? fieldText.replaceAll("\n", "\r\n") : fieldText;
  }

  #toField(index) {
    const end = Math.min(index, this.#shown.end);
    return this.#text.slice(this.#shown.start, end).replaceAll("\r\n", "\n").length;
  }

  #fromField(index) {
    return this.#shown.start + this.#withLineBreaks(this.#field.value.slice(0, index)).length;
  }
}
