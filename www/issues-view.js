// Shows problems and schema issues. Each issue has its two pointers as buttons that show the value
// in the document and the rule in the schema.

import { breakable, element } from "./dom.js";
import { pointerLabel } from "./format.js";
import { problemView } from "./problem-view.js";

export function showIssues(root, { problems, document, hasSchema }, texts, showPlace) {
  const nodes = problems.map((problem) => problemView(problem, texts[problem.pane], showPlace));
  const issues = document?.issues ?? [];
  if (issues.length > 0) nodes.push(issueList(issues, showPlace));
  if (document?.mayHaveMore) nodes.push(paragraph("Keepfast stops here: there may be more."));
  if (nodes.length === 0) nodes.push(paragraph(nothing(document, hasSchema)));
  root.replaceChildren(...nodes);
  root.scrollTo(0, 0);
}

function nothing(document, hasSchema) {
  if (!document) return "No document.";
  return hasSchema ? "No issues: the document fits its schema." : "No schema to check against.";
}

function issueList(issues, showPlace) {
  const items = issues.map((issue) => {
    const inDocument = pointerButton("document", issue.instancePath, showPlace);
    const inSchema = pointerButton("schema", issue.schemaPath, showPlace);
    const places = element("div", { className: "places" });
    places.append(element("span", {}, "document ", inDocument), " ");
    places.append(element("span", {}, "schema ", inSchema));
    return element("li", {}, element("div", {}, issue.message), places);
  });
  return element("ol", { className: "issues" }, ...items);
}

function pointerButton(pane, pointer, showPlace) {
  const onclick = () => showPlace(pane, { pointer });
  const label = breakable(pointerLabel(pointer));
  return element("button", { type: "button", className: "place", onclick }, ...label);
}

const paragraph = (text) => element("p", {}, text);
