// Wires the page: panes and examples in, an examination after each change, its result out. Owns
// the order of things (the newest texts win, typing never waits) and nothing else.

import { listenToCopyButtons } from "./clipboard.js";
import { byId, setText } from "./dom.js";
import { examine } from "./examine.js";
import { fetchExample } from "./examples.js";
import { holdsFiles, sortFiles } from "./files.js";
import { locate } from "./locate.js";
import { Pane } from "./pane.js";
import { showResult } from "./result.js";

const NAMES = ["document", "schema", "second"];
const panes = Object.fromEntries(NAMES.map((name) => [name, newPane(name)]));
let timer;
let newest = 0;
let exampleAwaited = null;

function newPane(name) {
  const onReplace = () => {
    if (name === "document") clearExamples();
  };
  return new Pane(byId(name), { onReplace, onChange: examineAfter });
}

/** Somebody's own document has nothing to do with the schema and second version of an example. */
function clearExamples() {
  for (const pane of Object.values(panes)) if (pane.isExample) pane.fill();
}

function examineAfter(pauseMs) {
  clearTimeout(timer);
  newest += 1;
  exampleAwaited = null;
  byId("result").setAttribute("aria-busy", "true");
  timer = setTimeout(examineTexts, pauseMs, newest);
}

async function examineTexts(turn) {
  const texts = Object.fromEntries(NAMES.map((name) => [name, panes[name].text]));
  const unreadable = NAMES.filter((name) => panes[name].unreadable).map((name) => ({
    pane: name,
    message: panes[name].unreadable,
  }));
  try {
    const result = await examine(texts);
    if (turn !== newest) return;
    result.problems.unshift(...unreadable);
    for (const name of NAMES) panes[name].mark(result.problems.some(({ pane }) => pane === name));
    showResult(result, texts, showPlace);
    byId("result").setAttribute("aria-busy", "false");
  } catch (error) {
    if (turn === newest) fail(brokenPart(error), error);
  }
}

/** Shows the value that a pointer names, or the character at an index, in the text of a pane. */
function showPlace(name, { pointer, index }) {
  const { text } = panes[name];
  const range = index === undefined ? locate(text, pointer) : { start: index, end: index + 1 };
  if (range) panes[name].show(range);
}

/** Fills the panes with an example, unless something else was opened or typed meanwhile. */
async function openExample(name) {
  exampleAwaited = name;
  try {
    const files = await fetchExample(name);
    if (exampleAwaited !== name) return;
    for (const pane of NAMES) panes[pane].fill({ ...files[pane], isExample: pane in files });
  } catch (error) {
    fail("The example could not be loaded", error);
  }
}

/** Says what failed when no text is to blame: the package, its engine, or a file of the page. */
function fail(what, error) {
  const reason = error.message.replace(/\.$/, "");
  setText(byId("summary"), `${what}: ${reason}. Reload the page to try again.`);
  byId("summary").dataset.state = "failed";
  byId("result").setAttribute("aria-busy", "false");
}

const brokenPart = (error) =>
  typeof error.code === "string" ? "Keepfast failed" : "Keepfast could not be loaded";

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => openExample(button.dataset.example));
}

// A file dropped beside the panes must not make the browser leave the page.
window.addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
window.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  for (const [name, file] of Object.entries(sortFiles([...event.dataTransfer.files]))) {
    panes[name].open(file);
  }
});

listenToCopyButtons();
openExample("session");
