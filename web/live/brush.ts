// A part of a timeline that is dragged over. In: a canvas, what a place on it means. Out: whole seconds as the pointer goes over them, or that it was a click.

/** Pixels: what moves less is a click. */
const LEAST_DRAG = 4;

/** In seconds of the profile's time. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Brushed {
  /** @param x in pixels from the canvas's left edge */
  readonly secondAt: (x: number) => number;
  readonly choose: (range: Range) => void;
  readonly click: (event: PointerEvent) => void;
}

export function brush(canvas: HTMLCanvasElement, { secondAt, choose, click }: Brushed): void {
  let began: number | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    began = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (began === undefined || Math.abs(event.offsetX - began) < LEAST_DRAG) return;
    const [from, to] = [secondAt(began), secondAt(event.offsetX)].sort((a, b) => a - b);
    choose({ from: Math.floor(from as number), to: Math.ceil(to as number) });
  });
  canvas.addEventListener("pointerup", (event) => {
    if (began !== undefined && Math.abs(event.offsetX - began) < LEAST_DRAG) click(event);
    began = undefined;
  });
  canvas.addEventListener("pointercancel", () => {
    began = undefined;
  });
}

/** A canvas as wide as its element, ready to be drawn on in CSS pixels; undefined where there is none. */
export function contextOf(canvas: HTMLCanvasElement, height: number): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return context ?? undefined;
}

/** A style's variable, such as a colour. */
export function colourOf(canvas: HTMLCanvasElement, name: string): string {
  return getComputedStyle(canvas).getPropertyValue(name);
}
