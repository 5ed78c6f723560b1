// Code that must not compile. Every line that is wrong is preceded by the mark that says so; the
// compiler complains about a mark that nothing wrong follows.

import {
  applyPatch,
  canonicalizeText,
  type Code,
  compileSchema,
  digest,
  inspect,
  type Inspection,
  type Issue,
  type KeepfastError,
} from "keepfast";

export async function wrong(found: Inspection, issue: Issue, error: KeepfastError): Promise<void> {
  // @ts-expect-error: a profile is one of two names
  await digest({}, { profile: "sha1" });
  // @ts-expect-error: digest takes no schema
  await digest({}, { schema: await compileSchema({}) });
  // @ts-expect-error: a schema is compiled first
  await inspect({}, { schema: { type: "string" } });
  // @ts-expect-error: text is a string or bytes
  await canonicalizeText({ a: 1 });
  // @ts-expect-error: compileSchema is asynchronous
  compileSchema({}).check(1);
  // @ts-expect-error: checkText takes a string
  (await compileSchema({})).checkText({});
  // @ts-expect-error: a patch is a list of operations
  await applyPatch({}, { op: "remove", path: "" });
  // @ts-expect-error: an operation has a known name
  await applyPatch({}, [{ op: "grow", path: "" }]);
  // @ts-expect-error: "add" has a value
  await applyPatch({}, [{ op: "add", path: "/a" }]);
  // @ts-expect-error: canonical text is asked for by a call
  const text: string = found.canonical;
  // @ts-expect-error: results are not to be written to
  found.digest = text;
  // @ts-expect-error: issues are not to be written to
  issue.message = "other";
  // @ts-expect-error: codes are a closed list
  if (error.code === "content/unheard-of") return;
  // @ts-expect-error: an area alone is no code
  const code: Code = "usage";
  // @ts-expect-error: nor is any string
  const other: Code = `${code}/x` as string;
  void other;
}
