// In: calls that were seen. Out: which of them the sources don't have, by check_source.py, in the interpreter that ran them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "../../tests/pythons.js";

export interface SourceVerdict {
  /** Of all calls that were seen, how many. */
  readonly checked: number;
  readonly impossible: number;
  readonly contradictions: number;
  readonly examples: readonly string[];
}

/** @param calls JSON arrays without the count, and the count of each */
export async function checkSource(python: string, calls: ReadonlyMap<string, number>): Promise<SourceVerdict> {
  const child = spawn(python, [join(projectRoot, "bench/programs/check_source.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const output = text(child.stdout);
  for (const [call, count] of calls) child.stdin.write(`${call.slice(0, -1)},${count}]\n`);
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`check_source.py ended with ${code}`);
  const { verdicts, examples } = JSON.parse(await output) as { verdicts: Record<string, number>; examples: string[] };
  const { impossible = 0, contradiction: contradictions = 0, "no source": unknown = 0 } = verdicts;
  const checked = Object.values(verdicts).reduce((sum, count) => sum + count, 0) - unknown;
  return { checked, impossible, contradictions, examples };
}
