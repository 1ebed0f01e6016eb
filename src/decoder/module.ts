// This package's own build of the decoder, wherever the package runs: read from its file or, in a page, fetched from beside
// the JavaScript.

export async function packagedModule(): Promise<WebAssembly.Module> {
  const { url } = import.meta;
  if (url.startsWith("file:")) return (await import("./local.js")).localModule();
  const response = await fetch(new URL("../../wasm/decoder.wasm", url));
  if (!response.ok) throw new Error(`${response.url} gave ${response.status}`);
  return new WebAssembly.Module(new Uint8Array(await response.arrayBuffer()));
}
