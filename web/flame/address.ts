// What a flame graph shows, in the page's address, so that a link leads to it. In and out: words behind "#".

export interface Shown {
  readonly series: number;
  readonly zoom: number;
  readonly search: string;
  readonly isRootAtTop: boolean;
  readonly isMerged: boolean;
  /** The function, by its index, whose callers are shown; undefined: stacks. */
  readonly callers: number | undefined;
}

export function readAddress(hash: string): Partial<Shown> {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (key: string): number | undefined => {
    const text = words.get(key);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const [series, zoom, callers] = [number("series"), number("zoom"), number("callers")];
  const search = words.get("find");
  return {
    ...(series !== undefined && { series }),
    ...(zoom !== undefined && { zoom }),
    ...(callers !== undefined && { callers }),
    ...(search !== null && { search }),
    ...(words.get("root") === "bottom" && { isRootAtTop: false }),
    ...(words.get("threads") === "merged" && { isMerged: true }),
  };
}

/** Only what isn't as it is at first. */
export function addressOf({ series, zoom, search, isRootAtTop, isMerged, callers }: Shown, first: number): string {
  const words = new URLSearchParams();
  if (series !== first) words.set("series", String(series));
  if (isMerged) words.set("threads", "merged");
  if (callers !== undefined) words.set("callers", String(callers));
  if (zoom !== 0) words.set("zoom", String(zoom));
  if (search !== "") words.set("find", search);
  if (!isRootAtTop) words.set("root", "bottom");
  const text = words.toString();
  return text === "" ? "" : `#${text}`;
}
