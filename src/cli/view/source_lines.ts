// Lines of source files, where they are on this machine. In: a path as the profile has it, and folders that the user trusts it with. Out:
// the file's lines. A profile may be anybody's, and name any file, and what is shown may be passed on: so a file is read only where it
// is Python, C, C++ or Rust, below one of the folders or in a library. It can't know whether the lines are those that ran; the file's time is a hint.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, sep } from "node:path";
import { isInstalled, isStandardLibrary } from "../../filters/module.js";

/** A bigger file is no program. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A script may have no ending, but says in its first line what runs it. */
const SOURCE_NAME = /\.(?:pyw?|pyi|pyx|pxd|pxi|c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|inl|ipp|tcc|rs)$/i;
const SCRIPT = /^#![^\r\n]{0,200}\bpython/;
/** What the system makes up when it is read. */
const MADE_UP = /^\/(?:proc|sys|dev)\//;

export interface SourceFile {
  readonly lines: readonly string[];
  /** In milliseconds since 1970. */
  readonly modifiedAt: number;
}

export class SourceFiles {
  readonly #trusted: readonly string[];
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #elsewhere = new Set<string>();

  /** @param folders sources below them may be shown */
  constructor(folders: readonly string[]) {
    this.#trusted = folders.flatMap((folder) => {
      const real = realPath(folder);
      return real === undefined ? [] : [real.endsWith(sep) ? real : real + sep];
    });
  }

  /** Folders of sources that are here and were not read, since nobody has named a folder above them. */
  get elsewhere(): readonly string[] {
    return [...this.#elsewhere];
  }

  /** Undefined where there is no such file, or it can't or mustn't be read. */
  file(path: string): SourceFile | undefined {
    if (!this.#files.has(path)) this.#files.set(path, this.#read(path));
    return this.#files.get(path);
  }

  /** A line without what stands around it; undefined where it isn't known. @param line from 1 */
  line(path: string, line: number): string | undefined {
    return this.file(path)?.lines[line - 1]?.trim();
  }

  #read(path: string): SourceFile | undefined {
    // A relative path is relative to a folder that we don't know.
    const real = isAbsolute(path) ? realPath(path) : undefined;
    if (real === undefined || MADE_UP.test(real)) return undefined;
    const isTrusted = this.#trusted.some((folder) => real.startsWith(folder));
    if (isTrusted || isInstalled(real) || isStandardLibrary(real)) return read(real);
    if (SOURCE_NAME.test(real)) this.#elsewhere.add(dirname(path));
    return undefined;
  }
}

/** Without links; undefined where there is nothing. It opens nothing. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function read(path: string): SourceFile | undefined {
  try {
    // A pipe that has come in its place must not be waited for.
    const descriptor = openSync(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW,
    );
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
      const bytes = Buffer.alloc(stat.size);
      const text = bytes.toString("utf8", 0, readSync(descriptor, bytes));
      if (!SOURCE_NAME.test(path) && !SCRIPT.test(text)) return undefined;
      return { lines: text.split(/\r?\n|\r/), modifiedAt: stat.mtimeMs };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
