// The program that every consumer runs: a digest, a schema, a refusal, and by which door the
// WebAssembly came. It is copied into each consumer's folder; `keepfast` is what that one imported.
// The package tells when it falls back to the inlined copy; `silentDoor` is the door when it says
// nothing.

export async function check(keepfast, silentDoor = "url") {
  const said = [];
  const { debug } = console;
  console.debug = (...words) => {
    if (String(words[0]).startsWith("keepfast:")) said.push(words.join(" "));
    else debug.apply(console, words);
  };
  try {
    const digest = await keepfast.digest({ v: 0 });
    const schema = await keepfast.compileSchema({ properties: { a: { type: "string" } } });
    const [{ instancePath }] = schema.check({ a: 1 });
    const refusal = await keepfast.canonicalize([NaN]).catch(({ code }) => code);
    return { digest, instancePath, refusal, door: said.length ? "inline" : silentDoor, said };
  } catch (error) {
    return { error: String(error?.cause ?? error), said };
  } finally {
    console.debug = debug;
  }
}

/** The same, left where the test looks for it. */
export async function report(keepfast, silentDoor) {
  globalThis.outcome = await check(keepfast, silentDoor);
}
