// Bytes, responses and addresses into a compiled module. Knows neither where the package keeps its
// own file nor what happens with the module.

/** What {@link preload} accepts in place of the module that the package finds by itself. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * Turns whatever the caller has into a compiled module.
 *
 * A page that some server answered instead of the file does not compile: only bytes that are
 * WebAssembly count, whatever the status says.
 */
export async function compile(
  source: WasmSource | Promise<WasmSource>,
): Promise<WebAssembly.Module> {
  let found = await source;
  if (typeof found === "string" || found instanceof URL) found = await fetch(found);
  if (found instanceof WebAssembly.Module) return found;
  if (!(found instanceof Response)) return WebAssembly.compile(found as BufferSource);
  return found.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(found)
    : WebAssembly.compile(await found.arrayBuffer());
}

/** Bytes of base64. Engines without `Uint8Array.fromBase64` take the long way. */
export function decode(base64: string): BufferSource {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => BufferSource };
  return fromBase64
    ? fromBase64.call(Uint8Array, base64)
    : Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
}
