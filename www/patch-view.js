// Shows the JSON Patch between the two documents: its size, whether it was verified, its first
// operations. Paths are plain text: a later operation speaks of the document as the earlier ones
// left it, so a path need not be a place of either text.

import { breakable, element } from "./dom.js";
import { beginning, bytes, count, duration, number, pointerLabel, share } from "./format.js";

/** Rows and characters of a value shown. */
const ROWS_MAX = 200;
const VALUE_SHOWN_MAX = 80;

export function showPatch(root, { comparison, problems }, texts) {
  const nodes = comparison ? patchNodes(comparison) : [paragraph(nothing(problems, texts))];
  root.replaceChildren(...nodes);
  root.scrollTo(0, 0);
}

function nothing(problems, texts) {
  const isGiven = texts.second.trim() !== "" || problems.some(({ pane }) => pane === "second");
  if (!isGiven) return "Open a second document to see the patch to it.";
  return "Not compared: both documents must be given and be JSON.";
}

function patchNodes(comparison) {
  const { patch, isVerified, secondDigest } = comparison;
  const nodes = [paragraph(sizes(comparison)), verdict(isVerified, secondDigest)];
  if (patch.length > 0) nodes.push(operationList(patch));
  if (patch.length > ROWS_MAX) nodes.push(paragraph(`${number(patch.length - ROWS_MAX)} more`));
  return nodes;
}

function sizes({ patch, bytes: size, secondBytes, ms }) {
  if (patch.length === 0) return "No operations: the documents have equal content.";
  const whole = `${share(size, secondBytes)} of the second document`;
  return `${count(patch.length, "operation")}, ${bytes(size)}, ${whole}, ${duration(ms)}`;
}

function verdict(isVerified, secondDigest) {
  const says = isVerified
    ? "✓ Applied to the document, it gives the digest of the second document: "
    : "✗ Applied to the document, it does not give the digest of the second document: ";
  return element(
    "p",
    { className: isVerified ? "good" : "bad" },
    says,
    element("code", {}, secondDigest),
  );
}

function operationList(patch) {
  const items = patch.slice(0, ROWS_MAX).map((operation) => {
    const path = element("code", {}, ...breakable(pointerLabel(operation.path)));
    const value = element("code", { className: "value" }, argument(operation));
    return element("li", {}, `${operation.op} `, path, " ", value);
  });
  return element("ol", { className: "operations" }, ...items);
}

function argument(operation) {
  if ("from" in operation) return `from ${operation.from}`;
  return "value" in operation ? beginning(JSON.stringify(operation.value), VALUE_SHOWN_MAX) : "";
}

const paragraph = (text) => element("p", {}, text);
