// What is bundled into pages and brings no types.

declare module "*decoder.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
