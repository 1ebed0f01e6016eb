// Lines of source files, where they are on this machine. In: a path as the profile has it. Out: the file's lines. It can't know
// whether they are those that ran; the file's time is a hint.
import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";

/** A bigger file is no program. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface SourceFile {
  readonly lines: readonly string[];
  /** In milliseconds since 1970. */
  readonly modifiedAt: number;
}

export class SourceFiles {
  readonly #files = new Map<string, SourceFile | undefined>();

  /** Undefined where there is no such file, or it can't be read. */
  file(path: string): SourceFile | undefined {
    if (!this.#files.has(path)) this.#files.set(path, read(path));
    return this.#files.get(path);
  }

  /** A line without what stands around it; undefined where it isn't known. @param line from 1 */
  line(path: string, line: number): string | undefined {
    return this.file(path)?.lines[line - 1]?.trim();
  }
}

function read(path: string): SourceFile | undefined {
  // A relative path is relative to a folder that we don't know.
  if (!isAbsolute(path)) return undefined;
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
    return { lines: readFileSync(path, "utf8").split(/\r?\n|\r/), modifiedAt: stat.mtimeMs };
  } catch {
    return undefined;
  }
}
