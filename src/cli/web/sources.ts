// The source that a function of the profile is in, for the page. In: a function's number. Out: the file's lines, or why they are not shown. Nobody can name a
// file: only those that the profile has are read at all, and of these, as everywhere, Python in this folder, in libraries and in folders that the user has named.
import type { LiveProfile } from "../../live/index.js";
import type { Reply } from "../serving/secret_server.js";
import { SourceFiles } from "../view/source_lines.js";

/** What the page gets: the file that is meant, and its lines or the reason. */
export type WireSource =
  | { readonly file: string; readonly lines: readonly string[]; readonly isNewer: boolean }
  | { readonly file: string; readonly why: string };

export class Sources {
  /** @param folders sources below them may be shown, too @param began when the program did, in milliseconds since 1970, or when its profile was written */
  constructor(
    readonly live: Pick<LiveProfile, "places">,
    readonly folders: readonly string[],
    readonly began: () => number | undefined,
  ) {}

  reply(query: URLSearchParams): Reply {
    const number = query.get("function") ?? "";
    const name = /^\d{1,7}$/.test(number) ? this.live.places.functions[Number(number)] : undefined;
    if (name === undefined)
      return {
        status: 400,
        type: "text/plain; charset=utf-8",
        send: (response) => response.end("No such function.\n"),
      };
    // A call into native code, or what nothing proves, has no file.
    const isPython = name.kind === "code" && name.isNative !== true;
    const found = isPython ? this.#find(name.filename) : { file: name.filename, why: "This is no Python function." };
    return { type: "application/json", send: (response) => response.end(JSON.stringify(found)) };
  }

  /** Read anew each time: files change, and nothing is kept. */
  #find(file: string): WireSource {
    const sources = new SourceFiles([".", ...this.folders]);
    const source = sources.file(file);
    const began = this.began();
    if (source !== undefined)
      return { file, lines: source.lines, isNewer: began !== undefined && source.modifiedAt > began };
    const [folder] = sources.elsewhere;
    if (folder !== undefined)
      return {
        file,
        why: `Sources in '${folder}' are not shown: a profile may name any file. Start austin-web with --sources FOLDER to show them.`,
      };
    return { file, why: "There is no such source on this machine, or it cannot be read." };
  }
}
