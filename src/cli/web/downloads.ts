// Files out of a live profile, for browsers and scripts: `profile.mojo?last=30s`, `profile.mojo?from=60s&to=90s`. In: a name that ends as a format's files do, and a query. Out: the file, in
// pieces as the reader takes them. Few are made at a time: each holds its samples.
import { pipeline, Readable } from "node:stream";
import { UnsuitableFormat } from "../../formats/format.js";
import { allFormats, formatForFile } from "../../formats/registry.js";
import type { LiveProfile } from "../../live/index.js";
import type { Reply } from "../serving/secret_server.js";
import { type KeptPart, keptSamples } from "../watching/kept_samples.js";
import { parseExposureMicroseconds } from "../words/values.js";

const NAME = "profile";
const MOST_AT_ONCE = 4;
/** Who takes nothing for so long is cut off, and makes room. */
const PATIENCE_MILLISECONDS = 60_000;

export class Downloads {
  #open = 0;

  private constructor(
    readonly live: LiveProfile,
    /** Names of files, and whether they are text. */
    readonly names: ReadonlyMap<string, boolean>,
  ) {}

  static async of(live: LiveProfile): Promise<Downloads> {
    const formats = await allFormats();
    return new Downloads(live, new Map(formats.map(({ extensions, isText }) => [`${NAME}${extensions[0]}`, isText])));
  }

  /** @returns undefined where no format has such a name */
  async find(name: string, query: URLSearchParams): Promise<Reply | undefined> {
    const isText = this.names.get(name);
    const format = isText === undefined ? undefined : await formatForFile(name);
    if (format === undefined) return undefined;
    const part = partOf(query);
    if (typeof part === "string") return refusal(400, part);
    const { recentFrom } = this.live;
    if (part !== undefined && "from" in part && part.from < recentFrom)
      return refusal(409, `Single samples are kept from ${recentFrom.toFixed(3)}s on: ask from there.`);
    if (this.#open >= MOST_AT_ONCE) return refusal(503, "Too many files are being made: ask again.");
    const { count, areSamples, stream } = keptSamples(this.live, part);
    if (count === 0) return refusal(409, "There is no sample of that.");
    this.#open++;
    const bytes = format.write(stream, { name })[Symbol.asyncIterator]();
    let first: IteratorResult<Uint8Array>;
    try {
      first = await bytes.next();
    } catch (error) {
      this.#open--;
      if (error instanceof UnsuitableFormat) return refusal(409, error.message);
      throw error;
    }
    return {
      type: isText ? "text/plain; charset=utf-8" : "application/octet-stream",
      headers: {
        "Content-Disposition": `attachment; filename="${name}"`,
        "X-Austin-Profile": areSamples ? `samples=${count}` : `summed; stacks=${count}`,
      },
      send: (response) => {
        response.setTimeout(PATIENCE_MILLISECONDS, () => response.destroy());
        pipeline(Readable.from(resumed(first, bytes)), response, () => {});
      },
      done: () => this.#open--,
    };
  }
}

const PARAMETERS = ["last", "from", "to"];

/** What of a profile is asked for; undefined: all. Or why that is nothing. */
function partOf(query: URLSearchParams): KeptPart | string | undefined {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    return `There is no ${unknown}: last=30s asks for the last 30 s, from=60s&to=90s for a window.`;
  const repeated = PARAMETERS.find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined) return `${repeated} is given more than once.`;
  const seconds = (name: string): number | string | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    const microseconds = parseExposureMicroseconds(text);
    const isNone = microseconds === undefined || (microseconds === 0 && name === "last");
    return isNone ? `${name} takes a time, such as 30s, 500ms or 2m.` : microseconds / 1e6;
  };
  const [last, from, to] = [seconds("last"), seconds("from"), seconds("to")];
  const wrong = [last, from, to].find((one) => typeof one === "string");
  if (typeof wrong === "string") return wrong;
  if (last !== undefined)
    return from === undefined && to === undefined
      ? { last: last as number }
      : "last goes neither with from nor with to.";
  if (from === undefined && to === undefined) return undefined;
  const part = { from: (from ?? 0) as number, to: (to ?? Number.POSITIVE_INFINITY) as number };
  return part.to > part.from ? part : "to is no later than from.";
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value;
}

function refusal(status: number, why: string): Reply {
  return { status, type: "text/plain; charset=utf-8", send: (response) => response.end(`${why}\n`) };
}
