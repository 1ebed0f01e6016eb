// Files of a run elsewhere, as its austin-web makes them. In: the address, a path, and of what. Out: a file here, and a sentence on it.
import { lineFailedBriefly } from "../../messages/connecting.js";
import { countText, save } from "../saving.js";
import { ask, brokenBy, textOf } from "./line.js";

/** Who makes a file of many samples takes his time. */
const SILENCE_MILLISECONDS = 120_000;

/** @param seconds the last ones; undefined: all @returns what to tell; never throws */
export function saveRemote(base: URL, path: string, seconds: number | undefined): Promise<string> {
  return save(path, async ({ extensions }) => {
    const name = `profile${extensions[0]}`;
    const url = new URL(name, base);
    if (seconds !== undefined) url.searchParams.set("last", `${seconds}s`);
    try {
      const answer = await ask(url, { silence: SILENCE_MILLISECONDS, answer: SILENCE_MILLISECONDS });
      const text = (answer.headers["content-type"] ?? "").startsWith("text/plain");
      if (answer.statusCode === 200) return { bytes: answer, what: whatOf(answer.headers["x-austin-profile"]) };
      const why = text ? await textOf(answer) : "";
      answer.destroy();
      if (answer.statusCode === 404) return `Not saved: that austin-web makes no ${name}.`;
      return `Not saved: ${why || `it answers ${answer.statusCode}.`}`;
    } catch (error) {
      return `Not saved: no line, ${lineFailedBriefly(brokenBy(error).failure)}.`;
    }
  });
}

/** @param told `samples=N`, or `summed; stacks=N` */
function whatOf(told: string | string[] | undefined): string {
  const [, summed, count] = /^(?:samples|(summed); stacks)=(\d{1,15})$/.exec(`${told}`) ?? [];
  return count === undefined ? "a file" : countText(Number(count), summed === undefined);
}
