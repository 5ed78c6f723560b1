// What the page asks of the package, through its public functions only. Takes the texts of the
// panes, returns plain results; knows nothing of the page. A problem with a text is a result, a
// package that does not load or work is thrown.

/**
 * @typedef {{ pane: string, message: string, code: string, pointer?: string, index?: number,
 *   offset?: number }} Problem
 * @typedef {{ document: string, schema: string, second: string }} Texts blank: not given
 */

const PROFILES = ["rfc8785", "webviz-pretty-2"];

/** The package looks for so many issues and no more. */
const ISSUES_MAX = 100;

let loading;

/** Loads the package and its wasm once; rejects with the loader's own error. */
export function load() {
  loading ??= import("keepfast").then(async (keepfast) => {
    await keepfast.canonicalize(null);
    return keepfast;
  });
  return loading;
}

/** @param {Texts} texts */
export async function examine(texts) {
  const keepfast = await load();
  const schema = await given(texts.schema, (text) => compile(keepfast, text));
  const document = await given(texts.document, (text) =>
    inspectDocument(keepfast, text, schema?.value),
  );
  const second = await given(texts.second, (text) =>
    attempt("second", () => keepfast.inspectText(text)),
  );
  schema?.value?.release();
  return {
    problems: [document, schema, second].flatMap((part) => part?.problem ?? []),
    hasSchema: schema?.value !== undefined,
    document: document?.value,
    comparison: await compare(keepfast, texts, document?.value, second?.value),
  };
}

async function compile(keepfast, text) {
  // Two steps, because only the first knows places in the text and the second takes a value.
  const read = await attempt("schema", () => keepfast.inspectText(text));
  if (read.problem) return read;
  return attempt("schema", () => keepfast.compileSchema(JSON.parse(text)));
}

async function inspectDocument(keepfast, text, schema) {
  const start = performance.now();
  const inspected = await attempt("document", () => keepfast.inspectText(text, { schema }));
  const ms = performance.now() - start;
  if (inspected.problem) return inspected;
  const { issues, bytes, digest } = inspected.value;
  const canonical = await inspected.value.canonical();
  const pretty = await keepfast.inspectText(text, { profile: PROFILES[1] });
  const textBytes = new TextEncoder().encode(text).length;
  const digests = [digest, pretty.digest].map((hex, i) => ({ profile: PROFILES[i], hex }));
  const mayHaveMore = issues.length >= ISSUES_MAX;
  return { value: { issues, mayHaveMore, bytes, textBytes, canonical, digests, ms } };
}

async function compare(keepfast, texts, document, second) {
  if (!document || !second) return null;
  const from = JSON.parse(texts.document);
  const to = JSON.parse(texts.second);
  const start = performance.now();
  const patch = await keepfast.diff(from, to);
  const ms = performance.now() - start;
  const patched = await keepfast.applyPatch(from, patch);
  const isVerified = (await keepfast.digest(patched)) === second.digest;
  const patchText = JSON.stringify(patch);
  const bytes = new TextEncoder().encode(patchText).length;
  const secondBytes = new TextEncoder().encode(texts.second).length;
  return { patch, patchText, bytes, secondBytes, secondDigest: second.digest, isVerified, ms };
}

async function given(text, work) {
  return text.trim() === "" ? null : work(text);
}

/** Makes a refusal of the text a problem of its pane; what the engine breaks at stays thrown. */
async function attempt(pane, work) {
  try {
    return { value: await work() };
  } catch (error) {
    if (typeof error.code !== "string" || error.code.startsWith("engine/")) throw error;
    const { pointer, index, offset } = error.detail ?? {};
    return { problem: { pane, message: error.message, code: error.code, pointer, index, offset } };
  }
}
