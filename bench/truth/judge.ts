// In: the calls that a program can make, and a stack. Out: whether the program can have had it, and why not.
// Frames of other files may stand anywhere and are passed over. It knows neither samplers nor formats, and a stack spliced
// from two possible halves at a call that exists is possible to it: the distance of tally.ts is for those.
import { basename } from "node:path";
import type { Frame } from "../../src/mojo/index.js";

/** What edges.py prints of a program. */
export interface CallGraph {
  /** By "caller:line": what the line can call. */
  readonly edges: Readonly<Record<string, readonly string[]>>;
  /** First and last line of each function. */
  readonly spans: Readonly<Record<string, readonly [first: number, last: number]>>;
  /** What a thread's stack can begin with. */
  readonly roots: readonly string[];
}

export type Fault = "invalid frame" | "no root" | "no such edge" | "line outside its function";

/** "unverified": an invalid frame first: the sampler vouches for nothing. "elsewhere": no frame of the program. */
export type Verdict = "possible" | "unverified" | "elsewhere" | Fault;

/** A frame of the program. */
interface Place {
  /** Without what is before the last dot of the qualified name. */
  readonly name: string;
  readonly line: number;
}

// A comprehension is a frame of its own up to 3.11, and no call in the source.
const NESTED = new Set(["<listcomp>", "<genexpr>", "<lambda>", "<dictcomp>", "<setcomp>"]);

export class Judge {
  readonly #file: string;
  readonly #graph: CallGraph;
  readonly #edges: ReadonlyMap<string, ReadonlySet<string>>;
  /** Readers give the same object for the same frame. */
  readonly #places = new WeakMap<Frame, Place | "elsewhere" | "invalid">();

  /** @param path of the program; samplers may show less of it than the last part */
  constructor(path: string, graph: CallGraph) {
    this.#file = basename(path);
    this.#graph = graph;
    this.#edges = new Map(Object.entries(graph.edges).map(([place, callees]) => [place, new Set(callees)]));
  }

  /** Judge a stack, root first. */
  verdict(frames: readonly Frame[]): Verdict {
    const found = frames.map((frame) => this.#place(frame));
    if (found[0] === "invalid") return "unverified";
    const places = found.filter((place) => typeof place === "object");
    const root = places[0];
    if (root === undefined) return "elsewhere";
    if (found.includes("invalid")) return "invalid frame";
    return this.#graph.roots.includes(root.name) ? this.#fault(places) : "no root";
  }

  /** Function and line of the program's innermost frame; undefined where it has none. */
  leaf(frames: readonly Frame[]): string | undefined {
    for (let i = frames.length - 1; i >= 0; i--) {
      const place = this.#place(frames[i] as Frame);
      if (typeof place === "object") return show(place);
    }
    return undefined;
  }

  /** The program's frames, for people. */
  show(frames: readonly Frame[]): string {
    const places = frames.map((frame) => this.#place(frame));
    return places
      .filter((place) => place !== "elsewhere")
      .map((place) => (place === "invalid" ? "(invalid)" : show(place)))
      .join(" > ");
  }

  #fault(places: readonly Place[]): Verdict {
    for (let i = 1; i < places.length; i++) {
      const { name } = places[i] as Place;
      if (!NESTED.has(name) && !this.#edges.get(show(places[i - 1] as Place))?.has(name)) return "no such edge";
    }
    for (const { name, line } of places) {
      const [first, last] = this.#graph.spans[name] ?? [line, line];
      if (line < first || line > last) return "line outside its function";
    }
    return "possible";
  }

  #place(frame: Frame): Place | "elsewhere" | "invalid" {
    let place = this.#places.get(frame);
    if (place === undefined) {
      place = this.#find(frame);
      this.#places.set(frame, place);
    }
    return place;
  }

  #find(frame: Frame): Place | "elsewhere" | "invalid" {
    if (frame.kind === "invalid") return "invalid";
    if (frame.kind === "kernel" || basename(frame.filename) !== this.#file) return "elsewhere";
    return { name: frame.scope.slice(frame.scope.lastIndexOf(".") + 1), line: frame.location.line };
  }
}

function show({ name, line }: Place): string {
  return `${name}:${line}`;
}
