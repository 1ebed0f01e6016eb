// A flame graph on a canvas: only the rows that can be seen, whatever the depth. In: what to show, and where. Out: a picture, and what
// lies at a point of it.
import { type Box, boxAt, boxesOf, type View } from "./boxes.js";
import { NARROW_COLOUR, TEXT_COLOUR } from "./colours.js";

export const ROW_HEIGHT = 19;
const PADDING = 4;
/** Boxes that are narrower have no text. */
const LEAST_TEXT = 24;
const FONT = '12px system-ui, "DejaVu Sans", sans-serif';

export interface Picture extends View {
  /** Pixels that are scrolled away above. */
  readonly top: number;
  readonly height: number;
  /** Rows in all, of what is zoomed into. */
  readonly rows: number;
  readonly isRootAtTop: boolean;
  readonly selected: number;
  readonly outline: string;
  colour(node: number): string;
  label(node: number): string;
  isFound(first: number, last: number): boolean;
  readonly foundColour: string;
}

/** Of a row, its upper edge from the top of all rows. */
export function edgeOf(row: number, rows: number, isRootAtTop: boolean): number {
  return (isRootAtTop ? row : rows - 1 - row) * ROW_HEIGHT;
}

function rowAt({ top, rows, isRootAtTop }: Picture, y: number): number {
  const line = Math.floor((top + y) / ROW_HEIGHT);
  return isRootAtTop ? line : rows - 1 - line;
}

/** The box at a point of the canvas. */
export function boxAtPoint(picture: Picture, x: number, y: number): Box | undefined {
  const row = rowAt(picture, y);
  return row < 0 || row >= picture.rows ? undefined : boxAt(picture, row, x);
}

/** Draw it anew. */
export function draw(canvas: HTMLCanvasElement, picture: Picture): void {
  const { width, height, top, rows, isRootAtTop } = picture;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(ratio, ratio);
  context.font = FONT;
  context.textBaseline = "middle";
  const letter = context.measureText("nnnnnnnnnn").width / 10;
  const [one, other] = [rowAt(picture, 0), rowAt(picture, height)];
  for (let row = Math.max(0, Math.min(one, other)); row <= Math.min(rows - 1, Math.max(one, other)); row++) {
    const y = edgeOf(row, rows, isRootAtTop) - top;
    for (const box of boxesOf(picture, row)) drawBox(context, picture, box, y, letter);
  }
}

function drawBox(context: CanvasRenderingContext2D, picture: Picture, box: Box, y: number, letter: number): void {
  const { x, width, first, last, count } = box;
  // A line of the page's colour between two boxes, where there is room for it.
  const shown = Math.max(width - (width > 3 ? 1 : 0), 0.5);
  if (picture.isFound(first, last)) context.fillStyle = picture.foundColour;
  else context.fillStyle = count > 1 ? NARROW_COLOUR : picture.colour(first);
  context.fillRect(x, y, shown, ROW_HEIGHT - 1);
  if (count === 1 && first === picture.selected) {
    context.strokeStyle = picture.outline;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, Math.max(shown - 2, 1), ROW_HEIGHT - 3);
  }
  if (count > 1 || width < LEAST_TEXT) return;
  const room = width - 2 * PADDING;
  const letters = Math.floor(room / letter);
  const label = picture.label(first);
  context.fillStyle = TEXT_COLOUR;
  // The last argument makes letters narrower where these are wide ones.
  const text = label.length <= letters ? label : `${label.slice(0, Math.max(1, letters - 1))}…`;
  context.fillText(text, x + PADDING, y + ROW_HEIGHT / 2, room);
}
