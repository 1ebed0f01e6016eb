// The page with the sources, coloured by what was spent on their lines: the program's own first, then packages, then the standard library.
// In: files with their lines, and texts where there are any. Out: HTML, without any script. All figures are shares of the whole; what
// they are shares of is in their titles.
import type { HotFile } from "../analysis/line_heat.js";
import type { Metric } from "../analysis/metric.js";
import { blocksOf, heatColour, shownLines } from "./heat_lines.js";
import { escapeHtml, htmlPage } from "./html.js";
import { type CodeOrigin, originOf } from "./origin.js";
import { formatAmount, formatShare } from "./quantities.js";

/** A source file as it is now. */
export interface SourceText {
  readonly lines: readonly string[];
  /** Whether it was written after the profile: then lines may be other ones. */
  readonly isNewer: boolean;
}

export interface HeatPage {
  readonly title: string;
  /** What one must know before trusting the numbers, a line each. */
  readonly notes: readonly string[];
  readonly metric: Metric;
  /** Of the whole profile. */
  readonly total: number;
  readonly files: readonly HotFile[];
  readonly sourceOf: (filename: string) => SourceText | undefined;
}

/** Files below this part of the whole are in the list, their sources aren't. */
const LEAST_SHARE = 0.001;

/** Whose files they are, in the order of the page. */
const GROUPS: readonly (readonly [CodeOrigin, string])[] = [
  ["own", "The program"],
  ["package", "Installed packages"],
  ["library", "Standard library"],
  ["other", "Others"],
];

/** @param style the text of a style sheet */
export function renderHeatPage(page: HeatPage, style: string): string {
  const { title, notes, files, total, metric } = page;
  const hot = files.filter(({ own, lines }) => own >= LEAST_SHARE * total && lines.size > 0);
  const groups = GROUPS.map(([origin, label]) => ({
    label,
    files: hot.filter(({ filename }) => originOf({ kind: "code", filename, scope: "" }) === origin),
  })).filter((group) => group.files.length > 0);
  const shown = groups.flatMap((group) => group.files);
  const most = Math.max(1, ...shown.flatMap(({ lines }) => [...lines.values()].map(({ own }) => own)));
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
${notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join("\n")}
<p class="note">${escapeHtml(metric.label)}, line by line, as shares of ${formatAmount(total, metric.unit)}: own, without what a line calls, and total, with it. ${countOf(files.length - shown.length)}</p>
</header>
<nav><table class="files">${groups.map(({ label, files: some }) => indexGroup(label, some, shown, page)).join("")}</table></nav>
<main>
${shown.map((file, index) => fileSection(file, index, page, most)).join("\n")}
</main>`;
  return htmlPage(title, body, { script: "", style });
}

function countOf(files: number): string {
  return files === 0 ? "" : `${files} more files have less than ${100 * LEAST_SHARE}% each.`;
}

function indexGroup(label: string, files: readonly HotFile[], shown: readonly HotFile[], page: HeatPage): string {
  const own = files.reduce((sum, file) => sum + file.own, 0);
  const rows = files.map(
    (file) =>
      `<tr>${figure(file.own, page)}<td><a href="#file${shown.indexOf(file)}">${escapeHtml(file.filename)}</a></td></tr>`,
  );
  return `<tbody><tr>${figure(own, page, "th")}<th scope="rowgroup">${label}</th></tr>${rows.join("")}</tbody>`;
}

/** A share, whose title is the amount. */
function figure(value: number, { total, metric }: HeatPage, tag = "td", className = "figure"): string {
  return `<${tag} class="${className}" title="${formatAmount(value, metric.unit)}">${formatShare(value, total)}</${tag}>`;
}

const TITLES =
  '<thead><tr><th scope="col">own</th><th scope="col">total</th><th scope="col">line</th><th scope="col">source</th></tr></thead>';

function fileSection(file: HotFile, index: number, page: HeatPage, most: number): string {
  const { filename, own, lines } = file;
  const source = page.sourceOf(filename);
  const notes = [
    ...(source === undefined
      ? ["The source is not on this machine, or not in a folder that was named (--sources)."]
      : []),
    ...(source?.isNewer ? ["The file is newer than the profile: lines may have moved."] : []),
  ];
  return `<section id="file${index}">
<h2>${escapeHtml(filename)} <small>${formatShare(own, page.total)}, ${formatAmount(own, page.metric.unit)}</small></h2>
${notes.map((note) => `<p class="note">${note}</p>`).join("\n")}
<table class="source">
${TITLES}
${blocksOf(shownLines(source?.lines.length, lines), lines, source !== undefined)
  .map(({ isOpen, from, to, all }) => {
    const rows = all.map((line) => lineRow(line, file, source, page, most)).join("");
    if (isOpen) return `<tbody>${rows}</tbody>`;
    return `<tbody><tr class="fold"><td colspan="4"><details><summary>lines ${from} to ${to}</summary><table class="source"><tbody>${rows}</tbody></table></details></td></tr></tbody>`;
  })
  .join("\n")}
</table>
</section>`;
}

function lineRow(line: number, file: HotFile, source: SourceText | undefined, page: HeatPage, most: number): string {
  const heat = file.lines.get(line);
  const none = '<td class="figure"></td>';
  const own = heat === undefined || heat.own === 0 ? none : figure(heat.own, page);
  const total = heat === undefined ? none : figure(heat.total, page, "td", "figure faint");
  const heated = heat === undefined ? undefined : heatColour(heat.own, most);
  const colour = heated === undefined ? "" : ` style="background:${heated}"`;
  const text = source?.lines[line - 1] ?? "";
  return `<tr${colour}>${own}${total}<td class="figure faint">${line}</td><td><code>${escapeHtml(text)}</code></td></tr>`;
}
