// `austin --save`: what becomes of the profile once the run is over. In: the files that are wanted. Out: these, converted from the MOJO
// file of the run; where there was to be none, it is beside the first of them, and goes when all are there. It is never lost.
import { unlink } from "node:fs/promises";
import type { Format } from "../../formats/format.js";
import { FORMAT_NAMES, formatForFile } from "../../formats/registry.js";
import { OutputError } from "../../mojo/index.js";
import { fileStatus } from "../../output/file_status.js";
import { tryWhole } from "../../output/whole_file.js";
import { convert, UnfitOutput } from "../convert/conversion.js";
import type { Message } from "../messages/message.js";
import { outputNotMade, saved, saveNeedsFile, saveUnknownFormat, savingFailed } from "../messages/output.js";
import { ToldError } from "../messages/told_error.js";

interface Wanted {
  readonly path: string;
  readonly format: Format;
}

export class Saving {
  /** Where the run writes MOJO. */
  readonly mojo: string;
  /** Whether the MOJO file goes when all is saved. */
  readonly isTemporary: boolean;
  readonly #wanted: readonly Wanted[];
  readonly #abort = new AbortController();

  private constructor(mojo: string, isTemporary: boolean, wanted: readonly Wanted[]) {
    this.mojo = mojo;
    this.isTemporary = isTemporary;
    this.#wanted = wanted;
  }

  /**
   * Before the run.
   *
   * @param paths at least one
   * @param output where the user wants the MOJO file, if anywhere
   * @throws ToldError where it can't be done, OutputError where one of the files can't be written
   */
  static async plan(paths: readonly string[], output: string | undefined): Promise<Saving> {
    if (output !== undefined && fileStatus(output)?.isFile() === false) {
      throw new ToldError(saveNeedsFile({ output }));
    }
    const wanted: Wanted[] = [];
    for (const path of paths) {
      const format = await formatForFile(path);
      if (format === undefined) throw new ToldError(saveUnknownFormat({ path, formats: FORMAT_NAMES }));
      tryWhole(path);
      wanted.push({ path, format });
    }
    return new Saving(output ?? `${paths[0]}.${process.pid}.mojo`, output === undefined, wanted);
  }

  /** Convert. @returns what to say, file by file */
  async perform(): Promise<readonly Message[]> {
    const messages: Message[] = [];
    let isAllSaved = true;
    for (const { path, format } of this.#wanted) {
      try {
        const { bytes, remarks, losses, damage } = await convert({
          input: this.mojo,
          output: path,
          format,
          abort: this.#abort.signal,
        });
        messages.push(saved({ path, bytes, remarks: [...remarks, ...losses] }));
        if (damage === undefined) continue;
        isAllSaved = false;
        messages.push(savingFailed({ path, mojo: this.mojo, why: damage.text }));
      } catch (error) {
        isAllSaved = false;
        messages.push(savingFailed({ path, mojo: this.mojo, why: reasonOf(error) }));
      }
    }
    if (this.isTemporary && isAllSaved) await unlink(this.mojo);
    return messages;
  }

  /** Nothing was sampled: there is nothing to convert, and nothing to keep. */
  async drop(): Promise<void> {
    if (this.isTemporary) await unlink(this.mojo);
  }

  /** Stop converting; the MOJO file stays. */
  abandon(): void {
    this.#abort.abort(new UnfitOutput("It was interrupted."));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof OutputError) return outputNotMade(error).text;
  return (error as Error).message;
}
