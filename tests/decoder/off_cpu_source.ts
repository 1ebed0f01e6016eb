// A memory source whose copies are still, or held, when a test says so. In: a source. Out: the same ranges, and what it was asked for.
import type { MemorySource } from "../../src/decoder/index.js";
import type { OffCpuAnswer } from "../../src/memory/source.js";

export class OffCpuSource implements MemorySource {
  /** What `fillOffCpu` answers, or `endHold` where copies are held. */
  still = true;
  holds = false;
  /** How many requests each hold had in the end. */
  ended: number[] = [];
  isHeld = false;
  /** The threads that were to stand still, one an off-CPU copy. */
  asked: number[] = [];

  constructor(readonly source: MemorySource) {}

  fill(memory: Uint8Array, requests: number, count: number): number {
    return this.source.fill(memory, requests, count);
  }

  fillOffCpu(memory: Uint8Array, requests: number, count: number, nativeId: number, mayHold: boolean): OffCpuAnswer {
    if (this.isHeld) throw new Error("a copy is held already");
    this.asked.push(nativeId);
    this.source.fill(memory, requests, count);
    if (!this.holds || !mayHold) return this.still;
    this.isHeld = true;
    return "held";
  }

  endHold(_memory: Uint8Array, _requests: number, count: number): boolean {
    if (!this.isHeld) throw new Error("no copy is held");
    this.isHeld = false;
    this.ended.push(count);
    return this.still;
  }
}
