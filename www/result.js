// Shows the result of an examination: the summary sentence, the facts, the canonical text. Owns
// these elements; the two lists have views of their own. Everything is in place from the start
// and only its text changes, so nothing on the page moves when a result arrives.

import { byId, setText } from "./dom.js";
import { beginning, bytes, count, duration, share } from "./format.js";
import { showIssues } from "./issues-view.js";
import { showPatch } from "./patch-view.js";
import { problemMessage, problemPlace } from "./problem-view.js";

/** Characters of the canonical text shown; the rest of a big one would only slow the page. */
const CANONICAL_SHOWN_MAX = 4_000;

/**
 * @param {Awaited<ReturnType<typeof import("./examine.js").examine>>} result
 * @param {import("./examine.js").Texts} texts what was examined
 * @param {(pane: string, place: { pointer?: string, index?: number }) => void} showPlace
 */
export function showResult(result, texts, showPlace) {
  const { sentence, state } = summarize(result, texts);
  setText(byId("summary"), sentence);
  byId("summary").dataset.state = state;
  showFacts(result.document);
  showIssues(byId("issues"), result, texts, showPlace);
  showPatch(byId("patch"), result, texts);
}

function summarize({ problems, document, hasSchema, comparison }, texts) {
  const parts = problems.map((problem) => problemSentence(problem, texts));
  if (document) parts.unshift(documentSentence(document, hasSchema, texts));
  if (comparison) parts.push(comparisonSentence(comparison));
  const isBad = problems.length > 0 || comparison?.isVerified === false;
  const state = isBad || document?.issues.length > 0 ? "bad" : document ? "good" : "idle";
  return { sentence: parts.join(" ") || "Open a document or choose an example.", state };
}

function documentSentence({ issues, mayHaveMore }, hasSchema, texts) {
  const found = `${count(issues.length, "issue")}${mayHaveMore ? " or more" : ""}`;
  if (issues.length > 0) return `${found} against the schema.`;
  if (hasSchema) return "The document fits its schema.";
  return texts.schema.trim() === "" ? "The document is JSON; no schema is given." : "";
}

function problemSentence(problem, texts) {
  const title = byId(`${problem.pane}-title`).textContent;
  const text = texts[problem.pane];
  const place = problemPlace(problem, text);
  const where = place ? `, line ${place.line}, column ${place.column}` : "";
  return `${title}${where}: ${problemMessage(problem, text, place)}.`;
}

function comparisonSentence({ patch, isVerified }) {
  const size = count(patch.length, "operation");
  return isVerified
    ? `The patch of ${size} leads to the second document.`
    : `The patch of ${size} does not lead to the second document.`;
}

function showFacts(document) {
  setText(byId("fact-text"), document ? bytes(document.textBytes) : "–");
  setText(byId("fact-canonical"), document ? canonicalSize(document) : "–");
  setText(byId("fact-time"), document ? duration(document.ms) : "–");
  for (const button of globalThis.document.querySelectorAll("[data-copies]")) {
    const profile = button.dataset.copies.replace("digest-", "");
    const digest = document?.digests.find((candidate) => candidate.profile === profile);
    setText(byId(button.dataset.copies), digest?.hex ?? "–");
    button.disabled = !digest;
  }
  setText(byId("canonical"), beginning(document?.canonical ?? "", CANONICAL_SHOWN_MAX));
}

const canonicalSize = ({ bytes: size, textBytes }) =>
  `${bytes(size)} (${share(size, textBytes)})`;
