// The page with a flame graph. In: what it shows. Out: HTML.
import type { FlameData } from "./flame_data.js";
import { embedJson, escapeHtml, htmlPage, type PageAssets } from "./html.js";

export interface FlamePage {
  readonly title: string;
  /** What one must know before trusting the numbers, a line each. */
  readonly notes: readonly string[];
  readonly flame: FlameData;
}

/** @param assets of `web/flame_page.ts`, which finds the elements by their ids */
export function renderFlamePage(page: FlamePage, assets: PageAssets): string {
  const { title, notes } = page;
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
${notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join("\n")}
</header>
<main id="flame"></main>
${embedJson("data", page.flame)}`;
  return htmlPage(title, body, assets);
}
