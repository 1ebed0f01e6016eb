// One self-contained HTML file with a flame graph: it needs no network and no file beside it. Every metric is in it, by process and
// thread; functions are told apart by name and file. Memory grows with the distinct stacks.
import { metricsOf } from "../analysis/metric.js";
import { StackTree } from "../analysis/stack_tree.js";
import { flameData } from "../views/flame_data.js";
import { renderFlamePage } from "../views/flame_page.js";
import type { Format } from "./format.js";

export const html: Format = {
  name: "html",
  extensions: [".html", ".htm"],
  description: "a flame graph in one HTML file, for any browser, without a network",
  isText: true,
  async *write(samples, { name = "profile", onLoss } = {}) {
    const tree = await StackTree.of(samples);
    const flame = flameData(tree.threads, metricsOf(samples.metadata));
    const notes = samples.truncated ? ["The profile breaks off: this is what came before."] : [];
    // The one thing here that is a file: loaded where it is needed.
    const { readAssets } = await import("#page-assets");
    const page = { title: name, notes, flame };
    yield new TextEncoder().encode(renderFlamePage(page, readAssets("flame")));
    onLoss?.("The flame graph has no order in time.");
    if (tree.hasLines) onLoss?.("The flame graph has functions: lines and columns are left out.");
  },
};
