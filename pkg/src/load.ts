// How the WebAssembly module arrives. Ends in a compiled module; what happens with it is the
// bridge's business. Nothing here runs before a function of the package is called.

import { compile, decode } from "./compile.js";

/**
 * The loader of the main entry: the file beside this module, or else the copy inlined as base64.
 *
 * Some development servers answer an unknown path with their start page and status 200, and some
 * bundlers do not see the file at all; so the answer has to be WebAssembly to count.
 */
export async function loadFile(): Promise<WebAssembly.Module> {
  const url = new URL("./keepfast.wasm", import.meta.url);
  try {
    // Node reads no files through fetch; there is nothing to tell anybody about.
    if (url.protocol !== "file:") return await compile(url);
  } catch (reason) {
    console.debug(`keepfast: using the inlined WebAssembly instead of ${url}: ${reason}`);
  }
  return compile(decode((await import("./wasm-base64.js")).base64));
}
