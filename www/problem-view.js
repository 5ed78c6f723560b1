// Shows why a text could not be examined and where: line, column, byte and pointer, and the line
// itself with a mark under the character. Takes problems of examine.js and the text they are about.

import { byId, element } from "./dom.js";
import { number, pointerLabel } from "./format.js";
import { indexOfByte, lineAndColumn, locate } from "./locate.js";

/** Characters of the line shown before and after the place. */
const EXCERPT_BEFORE = 36;
const EXCERPT_AFTER = 24;

/** The place of a problem in its text, or null when it has none (a file that is no text). */
export function problemPlace(problem, text) {
  const index = problemIndex(problem, text);
  return index === undefined ? null : { index, ...lineAndColumn(text, index) };
}

/** What is wrong, in words. A byte order mark is named, because no editor shows it. */
export function problemMessage({ message }, text, place) {
  const isMark = place?.index === 0 && text.startsWith("\ufeff");
  return isMark ? "the text begins with a byte order mark, which JSON must not have" : message;
}

/** @returns {HTMLElement} */
export function problemView(problem, text, showPlace) {
  const title = byId(`${problem.pane}-title`).textContent;
  const place = problemPlace(problem, text);
  const view = element("div", { className: "problem" });
  const message = problemMessage(problem, text, place);
  view.append(element("p", {}, element("strong", {}, `${title}: `), message));
  if (!place) return view;
  const show = element(
    "button",
    { type: "button", className: "place", onclick: () => showPlace(problem.pane, place) },
    `Line ${number(place.line)}, column ${number(place.column)}`,
  );
  const rest = [];
  if (problem.offset !== undefined) rest.push(`byte ${number(problem.offset)}`);
  if (problem.pointer !== undefined) rest.push(`pointer ${pointerLabel(problem.pointer)}`);
  view.append(element("p", {}, show, rest.length > 0 ? ` · ${rest.join(" · ")}` : ""));
  view.append(excerpt(text, place));
  return view;
}

function problemIndex({ index, offset, pointer }, text) {
  if (index !== undefined) return index;
  if (offset !== undefined) return indexOfByte(text, offset);
  return pointer === undefined ? undefined : locate(text, pointer)?.start;
}

function excerpt(text, { index, lineStart }) {
  const start = Math.max(lineStart, index - EXCERPT_BEFORE);
  const lineEnd = text.indexOf("\n", index);
  const end = Math.min(lineEnd === -1 ? text.length : lineEnd, index + EXCERPT_AFTER);
  // A tab is as wide as the mark's space under it only when both are one column.
  const line = text.slice(start, end).replaceAll("\t", " ").replaceAll("\r", "");
  const mark = `${" ".repeat([...text.slice(start, index)].length)}▲`;
  return element("pre", { className: "excerpt", "aria-hidden": "true" }, `${line}\n${mark}`);
}
