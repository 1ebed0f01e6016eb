// Native frames of a profile, by the files that they are of. In: frames with an address, and the file that was mapped there. Out: the functions and lines of their sources,
// and what kept others from having them. A frame is told of by its own file alone, and only where that is the build that was mapped, as far as the profile says which it was.
import type { CodeFrame, Frame } from "../model/frame.js";
import { type Demangle, loadDemangler } from "../native/demangle.js";
import type { InlineTool } from "./inline_tool.js";
import { openSymbols, type Symbols, type SymbolsMissing } from "./symbol_files.js";

/** Files that are open at once, with their symbols and lines. */
const MOST_OPEN = 48;
/** The C library's return from a signal: what it returns to was not calling. */
const SIGNAL_RETURN = "__restore_rt";

/** What came of the frames of one file. */
export interface FileOutcome {
  /** As the program had it. */
  readonly path: string;
  readonly missing: SymbolsMissing | undefined;
  /** The build that was mapped, where the profile says it. */
  readonly buildId: string | undefined;
  /** Whether it is known that the file is the one that was mapped. */
  readonly isProven: boolean;
  /** Places in the code: all, those with a line, and those that at least have a name of the file's. */
  readonly places: number;
  readonly withLine: number;
  readonly withName: number;
}

interface FileState {
  readonly path: string;
  readonly buildId: string | undefined;
  symbols: Symbols | SymbolsMissing | undefined;
  isProven: boolean;
  places: number;
  withLine: number;
  withName: number;
}

/** A function under its linker's name, and where in its source. */
interface Place {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** Close it after use. */
export class Resolver {
  readonly #root: string;
  readonly #tool: InlineTool | undefined;
  readonly #files = new Map<string, FileState>();
  /** Those whose files are open, the one that was used last at the end. */
  readonly #open = new Set<FileState>();
  readonly #stacks = new WeakMap<readonly Frame[], readonly Frame[]>();
  /** What frames became that call, and those that don't. */
  readonly #frames = {
    call: new WeakMap<CodeFrame, readonly Frame[]>(),
    exact: new WeakMap<CodeFrame, readonly Frame[]>(),
  };
  #demangle: Demangle | undefined;

  /**
   * @param root the folder that the programs had for their root; "" where they had ours
   * @param tool tells inlined functions
   */
  constructor(root: string, tool: InlineTool | undefined) {
    this.#root = root;
    this.#tool = tool;
  }

  get outcomes(): readonly FileOutcome[] {
    return [...this.#files.values()].map(({ symbols, ...file }) => ({
      ...file,
      missing: symbols === undefined || symbols.kind === "symbols" ? undefined : symbols,
    }));
  }

  /** A stack, root first, with more frames where functions were inlined. The same one for the same one. */
  async stack(frames: readonly Frame[]): Promise<readonly Frame[]> {
    const known = this.known(frames);
    if (known !== undefined) return known;
    this.#demangle ??= (await loadDemangler()) ?? ((name) => name);
    const resolved: Frame[] = [];
    const last = frames.findLastIndex(({ kind }) => kind === "code");
    for (const [at, frame] of frames.entries()) {
      if (frame.kind !== "code" || frame.address === undefined) {
        resolved.push(frame);
        continue;
      }
      const callee = frames[at + 1];
      const isExact = at === last || (callee?.kind === "code" && nameOf(callee) === SIGNAL_RETURN);
      const results = this.#frames[isExact ? "exact" : "call"];
      const result = results.get(frame) ?? (await this.#frame(frame, isExact));
      results.set(frame, result);
      resolved.push(...result);
    }
    this.#stacks.set(frames, resolved);
    return resolved;
  }

  /** The same where it's known already. */
  known(frames: readonly Frame[]): readonly Frame[] | undefined {
    return this.#stacks.get(frames) ?? (frames.some(isUnresolved) ? undefined : frames);
  }

  close(): void {
    for (const file of this.#open) closeSymbols(file);
    this.#open.clear();
    this.#tool?.close();
  }

  async #frame(frame: CodeFrame, isExact: boolean): Promise<readonly Frame[]> {
    const { mapped, address = 0, filename } = frame;
    // Code of no file, and the system's own.
    if (mapped === undefined || !filename.startsWith("/")) return [frame];
    const file = await this.#fileOf(filename, mapped.buildId);
    file.places++;
    const { symbols } = file;
    if (symbols?.kind !== "symbols") return [frame];
    // A return address may be the next function's.
    const linked = address - mapped.start + symbols.linkedStart - (isExact ? 0 : 1);
    if (!this.#isRight(file, symbols, frame, linked)) return [frame];
    const isSignal = nameOf(frame) === SIGNAL_RETURN;
    const found = isSignal ? undefined : functionAt(symbols, linked);
    const line = symbols.lines?.lineAt(linked);
    const symbol = found?.name ?? nameOf(frame);
    if (found !== undefined) file.withName++;
    if (line === undefined) return found === undefined ? [frame] : [this.#named(frame, symbol)];
    file.withLine++;
    const places = await this.#placesOf(symbols, linked, { name: symbol, ...line });
    return places.map((place) => this.#sourced(place));
  }

  /** The functions that an address is in, the outermost first. @param innermost as line numbers have it, and the function as symbols have it */
  async #placesOf(symbols: Symbols, linked: number, innermost: Place): Promise<readonly Place[]> {
    if (this.#tool === undefined || symbols.entriesIn === undefined) return [innermost];
    const [answer = []] = (await this.#tool.ask(symbols.entriesIn, [linked])) ?? [];
    const places = answer.flatMap(({ name, file, line }) =>
      name === undefined || file === undefined ? [] : { name, file, line },
    );
    // Where one is missing, the others would stand beside the wrong ones.
    if (places.length < 2 || places.length < answer.length) return [innermost];
    const [outermost, ...inlined] = places.reverse();
    return [{ ...(outermost as Place), name: innermost.name }, ...inlined];
  }

  /** The same frame under another of the linker's names. */
  #named(frame: CodeFrame, symbol: string): CodeFrame {
    if (symbol === nameOf(frame)) return frame;
    const { symbol: _, ...bare } = frame;
    const scope = this.#plain(symbol);
    return { ...bare, scope, ...(scope !== symbol && { symbol }) };
  }

  #sourced({ name, file, line }: Place): CodeFrame {
    const location = { line, lineEnd: 0, column: 0, columnEnd: 0 };
    return { kind: "code", code: "native", scope: this.#plain(name), filename: file, location };
  }

  #plain(symbol: string): string {
    return this.#demangle?.(symbol) ?? symbol;
  }

  /** Whether the file is, for all that is known, the one that was mapped. */
  #isRight(file: FileState, symbols: Symbols, frame: CodeFrame, linked: number): boolean {
    if (symbols.isFixed && frame.mapped?.start !== symbols.linkedStart) return this.#isMisplaced(file);
    if (file.isProven) return true;
    // Without a build id the names must do: where the profile's function is elsewhere in the file, the file is another one. How far a frame is into its function would
    // tell more, but Austin's profiles have that of another address of the function at times.
    const from = functionAt(symbols, linked)?.address ?? 0;
    const begins = symbols.functions.map((one) => one.beginsWithin(nameOf(frame), from, linked));
    return begins.includes(true) || !begins.includes(false) ? true : this.#isMisplaced(file);
  }

  #isMisplaced(file: FileState): false {
    closeSymbols(file);
    this.#open.delete(file);
    file.symbols = { kind: "misplaced" };
    return false;
  }

  async #fileOf(path: string, buildId: string | undefined): Promise<FileState> {
    const key = `${buildId ?? ""} ${path}`;
    let file = this.#files.get(key);
    if (file === undefined) {
      file = { path, buildId, symbols: undefined, isProven: false, places: 0, withLine: 0, withName: 0 };
      this.#files.set(key, file);
    }
    if (file.symbols === undefined) {
      file.symbols = await openSymbols(this.#root, path, buildId);
      file.isProven = file.symbols.kind === "symbols" && file.symbols.isProven;
      for (const oldest of this.#open) {
        if (this.#open.size < MOST_OPEN) break;
        closeSymbols(oldest);
        oldest.symbols = undefined;
        this.#open.delete(oldest);
      }
    }
    this.#open.delete(file);
    if (file.symbols.kind === "symbols") this.#open.add(file);
    return file;
  }
}

function closeSymbols({ symbols }: FileState): void {
  if (symbols?.kind === "symbols") symbols.close();
}

function isUnresolved(frame: Frame): boolean {
  return frame.kind === "code" && frame.address !== undefined;
}

/** The linker's name. */
function nameOf({ symbol, scope }: CodeFrame): string {
  return symbol ?? scope;
}

function functionAt({ functions }: Symbols, address: number) {
  for (const one of functions) {
    const found = one.functionAt(address);
    if (found !== undefined) return found;
  }
  return undefined;
}
