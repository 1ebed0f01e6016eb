// What we use of libraries that bring no types.

declare module "d3-flame-graph" {
  /** A node of d3's hierarchy over our data. */
  export interface FlameFrame<Data> {
    readonly data: Data;
    readonly parent: FlameFrame<Data> | null;
    readonly children?: readonly FlameFrame<Data>[];
    readonly value: number;
    /** Set by a search. */
    highlight?: boolean;
  }
  export interface FlameGraph<Data> {
    (selection: unknown): void;
    width(pixels: number): this;
    cellHeight(pixels: number): this;
    inverted(isIcicle: boolean): this;
    selfValue(isOwn: boolean): this;
    minFrameSize(pixels: number): this;
    transitionDuration(milliseconds: number): this;
    sort(isSorted: boolean): this;
    setLabelHandler(label: (frame: FlameFrame<Data>) => string): this;
    setDetailsHandler(show: (text: string | null) => void): this;
    setColorMapper(colour: (frame: FlameFrame<Data>, original: string) => string): this;
    setSearchMatch(match: (frame: FlameFrame<Data>, term: string) => boolean): this;
    setSearchHandler(show: (found: readonly FlameFrame<Data>[], sum: number, total: number) => void): this;
    onClick(handler: (frame: FlameFrame<Data>) => void): this;
    search(term: string): void;
    clear(): void;
    resetZoom(): void;
    destroy(): this;
  }
  export function flamegraph<Data>(): FlameGraph<Data>;
  export default function <Data>(): FlameGraph<Data>;
}

declare module "d3-selection" {
  export function select(element: Element): {
    datum(data: unknown): { call(chart: (selection: unknown) => void): void };
  };
}

declare module "*decoder.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
