// The page: loads the package as a stranger would and runs one suite when the driver asks for it.
// Owns the list of suites; what they measure is theirs.
import { fullPass, fullPassVariants, stages } from "./full_pass.mjs";
import { inWasm } from "./in_wasm.mjs";
import { schemaCheck, schemaCompile } from "./schema_check.mjs";

const suites = { fullPass, inWasm, schemaCheck, schemaCompile, stages, fullPassVariants };
globalThis.suiteNames = Object.keys(suites);

/**
 * Runs the suite `name`. `paths`: addresses of the package's entry, of its glue and wasm, and of
 * the crates peer. Answers with the groups measured.
 */
globalThis.runSuite = async (name, { engine, rounds, paths }) => {
  if (!globalThis.crossOriginIsolated) throw new Error("the page's clock is too coarse");
  const kit = await import(paths.entry);
  return suites[name]({ kit, engine, rounds, paths });
};
