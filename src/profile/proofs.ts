// How samples were proven, counted. In: for each thread of a sample, what proves its stack. Out: figures for the trailer
// and the statistics.
import type { Proofs } from "../decoder/decoded_sample.js";
import type { ProofFigures } from "../model/statistics.js";

/** Counts the thread samples of a run by their proof. */
export class ProofTally {
  #proven = 0;
  #retried = 0;
  #still = 0;
  #unproven = 0;
  /** Thread samples that were taken and turned out to be worth nothing before they were written. */
  dropped = 0;
  /** Off-CPU copies that were tried, and those among them that moved or could not be made. */
  copies = 0;
  failedCopies = 0;

  constructor(readonly proofs: Proofs) {}

  /**
   * Count one thread sample.
   * @param copy which of the sample's gave the stack; 0 where none was needed
   */
  add(proof: number, copy: number): void {
    if (proof === this.proofs.edges) {
      if (copy <= 1) this.#proven++;
      else this.#retried++;
    } else if (proof === this.proofs.still) this.#still++;
    else if (proof === this.proofs.none) this.#unproven++;
  }

  get figures(): ProofFigures {
    const { dropped, copies, failedCopies } = this;
    const parts = { proven: this.#proven, retried: this.#retried, still: this.#still };
    const tried = parts.proven + parts.retried + parts.still + this.#unproven;
    return { tried, ...parts, unverified: this.#unproven, dropped, copies, failedCopies };
  }
}
