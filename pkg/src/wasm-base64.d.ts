// The WebAssembly module as base64. The build writes the module itself, from the same bytes as
// keepfast.wasm.

export declare const base64: string;
