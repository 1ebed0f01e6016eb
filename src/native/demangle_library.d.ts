// What is used of gecko-profiler-demangle, which has types for its index.js alone.
declare module "gecko-profiler-demangle/index_bg.js" {
  export function __wbg_set_wasm(exports: Readonly<Record<string, unknown>>): void;
  export function demangle_any(name: string): string;
}
