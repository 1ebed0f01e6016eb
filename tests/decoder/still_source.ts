// A memory source whose copies are still when a test says so. In: a source. Out: the same ranges, and what it was asked for.
import type { MemorySource } from "../../src/decoder/index.js";

export class StillSource implements MemorySource {
  /** What `fillStill` answers. */
  still = true;
  /** The threads that were to stand still, one a still copy. */
  asked: number[] = [];

  constructor(readonly source: MemorySource) {}

  fill(memory: Uint8Array, requests: number, count: number): number {
    return this.source.fill(memory, requests, count);
  }

  fillStill(memory: Uint8Array, requests: number, count: number, nativeId: number): boolean {
    this.asked.push(nativeId);
    this.source.fill(memory, requests, count);
    return this.still;
  }
}
