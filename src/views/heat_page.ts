// The page with the sources, coloured by what was spent on their lines: the program's own first, then packages, then the standard library.
// In: files with their lines, and texts where there are any. Out: HTML, without any script. All figures are shares of the whole; what
// they are shares of is in their titles.
import type { HotFile } from "../analysis/line_heat.js";
import type { Metric } from "../analysis/metric.js";
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
/** Lines around hot ones that are shown; the rest can be unfolded. */
const AROUND = 8;

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
  const numbers = source === undefined ? [...lines.keys()].sort((a, b) => a - b) : source.lines.map((_, i) => i + 1);
  const behind = source === undefined ? [] : [...lines.keys()].filter((line) => line > source.lines.length);
  return `<section id="file${index}">
<h2>${escapeHtml(filename)} <small>${formatShare(own, page.total)}, ${formatAmount(own, page.metric.unit)}</small></h2>
${notes.map((note) => `<p class="note">${note}</p>`).join("\n")}
<table class="source">
${TITLES}
${blocks([...numbers, ...behind.sort((a, b) => a - b)], lines, source !== undefined)
  .map(({ isOpen, from, to, all }) => {
    const rows = all.map((line) => lineRow(line, file, source, page, most)).join("");
    if (isOpen) return `<tbody>${rows}</tbody>`;
    return `<tbody><tr class="fold"><td colspan="4"><details><summary>lines ${from} to ${to}</summary><table class="source"><tbody>${rows}</tbody></table></details></td></tr></tbody>`;
  })
  .join("\n")}
</table>
</section>`;
}

interface Block {
  readonly isOpen: boolean;
  readonly from: number;
  readonly to: number;
  readonly all: readonly number[];
}

/** Runs of lines, those that are far from any hot line folded. */
function blocks(numbers: readonly number[], hot: ReadonlyMap<number, unknown>, hasSource: boolean): Block[] {
  const near = new Set<number>();
  for (const line of hot.keys()) for (let i = line - AROUND; i <= line + AROUND; i++) near.add(i);
  const result: { isOpen: boolean; from: number; to: number; all: number[] }[] = [];
  for (const line of numbers) {
    const isOpen = !hasSource || near.has(line);
    const last = result.at(-1);
    if (last === undefined || last.isOpen !== isOpen) result.push({ isOpen, from: line, to: line, all: [line] });
    else {
      last.to = line;
      last.all.push(line);
    }
  }
  return result;
}

function lineRow(line: number, file: HotFile, source: SourceText | undefined, page: HeatPage, most: number): string {
  const heat = file.lines.get(line);
  const none = '<td class="figure"></td>';
  const own = heat === undefined || heat.own === 0 ? none : figure(heat.own, page);
  const total = heat === undefined ? none : figure(heat.total, page, "td", "figure faint");
  // The eye tells small from nothing better by the root.
  const strength = heat === undefined ? 0 : Math.sqrt(heat.own / most);
  const colour = strength === 0 ? "" : ` style="background:rgba(240,110,40,${(0.06 + 0.6 * strength).toFixed(3)})"`;
  const text = source?.lines[line - 1] ?? "";
  return `<tr${colour}>${own}${total}<td class="figure faint">${line}</td><td><code>${escapeHtml(text)}</code></td></tr>`;
}
