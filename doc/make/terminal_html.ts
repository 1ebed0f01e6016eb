// What a terminal shows, as HTML with its colours. In: a terminal of xterm.js. Out: a page.
import type { IBufferCell, Terminal } from "@xterm/headless";

const [INK, PAPER] = ["#e6e6e6", "#1c1e21"];
const BASIC = [
  "#1c1e21",
  "#e06c75",
  "#98c379",
  "#e5c07b",
  "#61afef",
  "#c678dd",
  "#56b6c2",
  "#dcdfe4",
  "#7f848e",
  "#ff7b86",
  "#b5e890",
  "#ffd88a",
  "#7cc4ff",
  "#dd92f2",
  "#6fd3df",
  "#ffffff",
];

export function htmlOfTerminal({ cols, rows, buffer }: Terminal): string {
  const lines = Array.from({ length: rows }, (_, y) => {
    let text = "";
    for (let x = 0; x < cols; x++) {
      const cell = buffer.active.getLine(y)?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      text += `<span style="${styleOf(cell)}">${escaped(cell.getChars() || " ")}</span>`;
    }
    return text;
  });
  return `<body style="margin:0;background:${PAPER}"><pre style="margin:0;padding:12px;color:${INK};font:12px/1.25 'DejaVu Sans Mono'">${lines.join("\n")}</pre></body>`;
}

function styleOf(cell: IBufferCell): string {
  const own = cell.isFgDefault() ? INK : colour(cell.getFgColor());
  const behind = cell.isBgDefault() ? PAPER : colour(cell.getBgColor());
  const [ink, paper] = cell.isInverse() ? [behind, own] : [own, behind];
  const weight = cell.isBold() ? ";font-weight:bold" : "";
  return `color:${ink};background:${paper}${weight}${cell.isDim() ? ";opacity:.6" : ""}`;
}

/** One of the 256 that terminals have. */
function colour(number: number): string {
  if (number < 16) return BASIC[number] as string;
  if (number > 231)
    return `rgb(${Array(3)
      .fill(8 + 10 * (number - 232))
      .join()})`;
  const of = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = number - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(of).join()})`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
