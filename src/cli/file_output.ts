// Where what was decoded goes. In: pieces. Out: a file, or standard output. A failure is an OutputError.
import { type FileHandle, open } from "node:fs/promises";
import { OutputError } from "../mojo/output-error.js";

const STANDARD_OUTPUT = "standard output";

/** Close it after use. */
export class FileOutput {
  readonly #path: string | undefined;
  readonly #file: FileHandle | undefined;

  private constructor(path: string | undefined, file: FileHandle | undefined) {
    this.#path = path;
    this.#file = file;
  }

  /** @param path undefined for standard output */
  static async open(path: string | undefined): Promise<FileOutput> {
    if (path === undefined) return new FileOutput(undefined, undefined);
    try {
      return new FileOutput(path, await open(path, "w"));
    } catch (error) {
      throw OutputError.from(path, "open", 0, error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#file !== undefined) await this.#file.writeFile(bytes);
      else await toStandardOutput(bytes);
    } catch (error) {
      throw OutputError.from(this.#path ?? STANDARD_OUTPUT, "write", 0, error);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

function toStandardOutput(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
