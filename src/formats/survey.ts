// What a profile has, by the looks of it. In: samples. Out: facts and sums, so that a format writes no metric that was not taken,
// and says what it leaves out.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";

export class Survey {
  hasTime = false;
  hasMemory = false;
  hasReleases = false;
  hasIdle = false;
  hasGc = false;
  hasEmptyStacks = false;
  lacksInterpreters = false;

  add({ metrics: { timeMicroseconds, memoryBytes }, idle, gc, frames, interpreterId }: Sample): void {
    if (timeMicroseconds !== undefined) this.hasTime = true;
    if (memoryBytes !== undefined) {
      this.hasMemory = true;
      if (memoryBytes < 0) this.hasReleases = true;
    }
    if (idle) this.hasIdle = true;
    if (gc) this.hasGc = true;
    if (frames.length === 0) this.hasEmptyStacks = true;
    if (interpreterId === undefined) this.lacksInterpreters = true;
  }
}

/** Which parts of locations frames have that a format may lack. */
export interface LocationParts {
  readonly hasColumns: boolean;
  /** Ends of lines or columns. */
  readonly hasEnds: boolean;
}

export function locationPartsOf(frames: readonly Frame[]): LocationParts {
  let hasColumns = false;
  let hasEnds = false;
  for (const frame of frames) {
    if (frame.kind !== "code") continue;
    const { lineEnd, column, columnEnd } = frame.location;
    if (column > 0) hasColumns = true;
    if (lineEnd > 0 || columnEnd > 0) hasEnds = true;
  }
  return { hasColumns, hasEnds };
}

/** Whether threads that wait are told from those that run. */
export function tellsIdle(survey: Survey, metadata: ReadonlyMap<string, string>): boolean {
  return survey.hasIdle || metadata.get("mode") === "full";
}
