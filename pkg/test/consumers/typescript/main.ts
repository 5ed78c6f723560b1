// A strict program that names every type of the package.

import * as keepfast from "keepfast";
import type {
  Code,
  Detail,
  InspectOptions,
  Inspection,
  Issue,
  Patch,
  Profile,
  RetryOf,
  Schema,
  WasmSource,
} from "keepfast";
import { digest as digestInline } from "keepfast/inline";
import { check } from "./check.js";

export interface Everything {
  readonly code: Code;
  readonly retry: RetryOf["engine/panicked"];
  readonly detail: Detail;
  readonly options: InspectOptions;
  readonly inspection: Inspection;
  readonly issue: Issue;
  readonly patch: Patch;
  readonly profile: Profile;
  readonly schema: Schema;
  readonly source: WasmSource;
}

const outcome = await check(keepfast, "inline");
const digest: string = await digestInline({ v: 0 });
console.log(JSON.stringify({ ...outcome, digest }));
