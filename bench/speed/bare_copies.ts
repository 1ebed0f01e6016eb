// In: a process. Out: how many samples' worth of copies a loop in C makes of it in a second of its processor time. The ranges are those of
// the kind of sample that is most frequent flat out. Knows nothing of what is in them.
import { join } from "node:path";
import type { MemorySource } from "../../src/memory/source.js";
import { LENGTH_WORD, REQUEST_BYTES } from "../../src/memory/source.js";
import { connect } from "../../src/sampler/connect.js";
import { projectRoot } from "../../tests/pythons.js";
import { check, run } from "../runs.js";

const TIMEOUT_MILLISECONDS = 60_000;
/** So many, once calls and code objects are known, tell which kind is most frequent. */
const SAMPLES = 20_000;
const COUNTED = 5000;

/** A source that notes what one sample asks for: `ADDRESS:LENGTH` a range, "/" between fills. */
class NotedMemory implements MemorySource {
  noted: string[] = [];
  constructor(readonly memory: MemorySource) {}

  fill(memory: Uint8Array, requests: number, count: number): number {
    const view = new DataView(memory.buffer, memory.byteOffset);
    if (this.noted.length > 0) this.noted.push("/");
    for (let i = 0, at = requests; i < count; i++, at += REQUEST_BYTES) {
      this.noted.push(`${view.getBigUint64(at, true)}:${view.getUint32(at + 4 * LENGTH_WORD, true)}`);
    }
    return this.memory.fill(memory, requests, count);
  }

  /** Not asked for: but only who could make off-CPU copies is asked for proof. */
  fillOffCpu(memory: Uint8Array, requests: number, count: number): boolean {
    this.fill(memory, requests, count);
    return false;
  }

  take(): string[] {
    const { noted } = this;
    this.noted = [];
    return noted;
  }
}

/** The ranges of the most frequent kind of sample: as many of the same lengths, in as many fills. */
async function usualRanges(pid: number): Promise<string[]> {
  const found = await connect(pid, { timeoutMs: TIMEOUT_MILLISECONDS, launched: false });
  if (found.kind !== "found") throw new Error(`process ${pid}: ${found.kind}`);
  const { decoder, memory } = found;
  const source = new NotedMemory(memory);
  const kinds = new Map<string, { times: number; ranges: string[] }>();
  try {
    for (let i = 0; i < SAMPLES; i++) {
      decoder.sample(source, decoder.wants.proof | (i % COUNTED === 0 ? decoder.wants.checkpoint : 0));
      const ranges = source.take();
      if (i < SAMPLES - COUNTED) continue;
      const kind = ranges.map((range) => range.slice(range.indexOf(":"))).join();
      const times = (kinds.get(kind)?.times ?? 0) + 1;
      kinds.set(kind, { times, ranges });
    }
  } finally {
    memory.close();
  }
  const [usual] = [...kinds.values()].sort((a, b) => b.times - a.times);
  if (usual === undefined) throw new Error("no samples");
  return usual.ranges;
}

/**
 * Copy for so long.
 * @param folder for the program, which is compiled anew
 */
export async function bareCopies(pid: number, seconds: number, folder: string): Promise<number> {
  const program = join(folder, "bare_copies");
  const source = join(projectRoot, "bench/speed/bare_copies.c");
  check("cc", await run("cc", ["-O2", "-o", program, source], TIMEOUT_MILLISECONDS), [0]);
  const ranges = await usualRanges(pid);
  const ending = await run(program, [String(pid), String(seconds), ...ranges], (seconds + 60) * 1000);
  check("the bare copies", ending, [0]);
  return Number(ending.stdout);
}
