// What bundlers make of `import address from "keepfast/keepfast.wasm"` once they are told that it
// is a file to ship: its address, to be handed to `preload`.

declare const address: string;
export default address;
