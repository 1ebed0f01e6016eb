// What a run keeps while it goes on, for whoever looks for what grows (`NODE_DEBUG=austin-tables`). In: the sizes, when asked. Out: a
// line of JSON on standard error every ten seconds, with the memory that we have beside them, in bytes. Under `node --expose-gc` garbage is
// collected before, so that the figures are of what is in use.
import { debuglog } from "node:util";
import type { TableSizes } from "../../model/table_sizes.js";

const EVERY_MILLISECONDS = 10_000;

/** Undefined where nobody wants to know. */
export const watchTables = debuglog("austin-tables").enabled ? watch : undefined;

function watch(look: () => TableSizes): void {
  const tell = (): void => {
    globalThis.gc?.();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    process.stderr.write(`${JSON.stringify({ memory: { rss, heapUsed, external, arrayBuffers }, tables: look() })}\n`);
  };
  setInterval(tell, EVERY_MILLISECONDS).unref();
}
