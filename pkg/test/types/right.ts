// Code that must compile: every public name used as its documentation says.

import {
  applyPatch,
  canonicalize,
  canonicalizeText,
  type Code,
  compileSchema,
  type Detail,
  diff,
  digest,
  inspect,
  type InspectOptions,
  type Inspection,
  inspectText,
  type Issue,
  KeepfastError,
  type Patch,
  type PatchOperation,
  preload,
  type Profile,
  type Retry,
  type Schema,
  type WasmSource,
} from "keepfast";
import * as inline from "keepfast/inline";

export async function everything(content: unknown, response: Promise<Response>): Promise<string[]> {
  const source: WasmSource = new URL("https://example.com/keepfast.wasm");
  await preload();
  await preload(source);
  await preload(response);
  await preload(new Uint8Array(8));

  const schema: Schema = await compileSchema({ properties: {} });
  const issues: readonly Issue[] = [...schema.check(content), ...schema.checkText("{}")];
  schema.release();

  const profile: Profile = "webviz-pretty-2";
  const options: InspectOptions = { schema, profile };
  const found: Inspection = await inspect(content, options);
  await inspectText("{}");
  await inspectText(new Uint8Array(), { schema });
  const texts: string[] = [
    await canonicalize(content),
    await canonicalizeText("[]"),
    found.canonical(),
  ];
  const digests: string[] = [
    await digest(content),
    await digest(content, { profile }),
    found.digest,
  ];

  const patch: Patch = await diff({}, content);
  const longer: PatchOperation[] = [...patch, { op: "move", from: "/a", path: "/b" }];
  const result: unknown = await applyPatch(content, longer);

  // The inline entry is the same API: its values and types are interchangeable.
  const same: typeof inspect = inline.inspect;
  await inline.inspect(result, { schema: await inline.compileSchema({}) });
  return [...texts, ...digests, ...issues.map(({ instancePath }) => instancePath), typeof same];
}

export function advice(error: unknown): Retry | undefined {
  if (!(error instanceof KeepfastError)) return undefined;
  const code: Code = error.code;
  const { pointer, offset, reason }: Detail = error.detail;
  return code === "content/not-json" && pointer && offset && reason ? error.retry : "never";
}
