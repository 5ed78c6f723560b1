// Reaches the shipped wasm module the way the package does, but one call at a time, so that a stage
// can be measured with its text already in linear memory. Owns module instances of its own.

export const FOREIGN = 1;
export const CANONICAL = 2;
export const DIGEST = 4;
export const PRETTY = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A fresh instance of a wasm-bindgen module: the query makes the browser load the glue anew. */
async function instance(glueUrl, wasmUrl) {
  const glue = await import(`${glueUrl}?instance=${instances++}`);
  const { memory } = await glue.default({ module_or_path: new URL(wasmUrl, location) });
  const put = (text) => {
    const bytes = encoder.encode(text);
    const address = glue.reserve(bytes.length);
    new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
    return bytes.length;
  };
  return { glue, memory, put };
}

/**
 * The engine with `text` in its input and `schema` compiled: `pass(flags)` runs over that text,
 * with the schema unless `flags.schema` is false, and throws what the report says on a refusal.
 */
export async function openEngine({ glue: glueUrl, wasm: wasmUrl }, schema, text) {
  const { glue, memory, put } = await instance(glueUrl, wasmUrl);
  const view = (address, len) => new Uint8Array(memory.buffer, address, len);
  const report = () => JSON.parse(decoder.decode(view(glue.report_address(), glue.report_len())));
  const handle = glue.compile_schema(put(JSON.stringify(schema)));
  if (handle === 0) throw new Error(`the schema was refused: ${report().message}`);
  const len = put(text);
  const pass = (flags, { checked = true } = {}) => {
    if (glue.pass(len, flags, checked ? handle : 0) === 1) return;
    throw new Error(`the text was refused: ${report().message}`);
  };
  const output = () => decoder.decode(view(glue.output_address(), glue.output_len()));
  return { glue, memory, put, pass, report, output };
}

/** The peer made of published crates, with the same schema and text. */
export async function openCrates({ crates }, schema, text) {
  const { glue, put } = await instance(`${crates}.js`, `${crates}_bg.wasm`);
  glue.load_schema(put(JSON.stringify(schema)));
  const len = put(text);
  return {
    parse: () => glue.parse(len),
    check: () => glue.check(len),
    passJcs: () => glue.pass_jcs(len),
    passByHand: () => glue.pass_by_hand(len),
    digest: () => glue.digest(),
  };
}

let instances = 0;
