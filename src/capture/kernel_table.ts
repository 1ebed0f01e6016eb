// The kernel stacks that a capture has told, by number: threads wait in few ways. Writer and reader keep the same. One that is new has the next number, and follows it.
import type { KernelStack } from "../model/kernel_stack.js";

/** Then all are forgotten, and numbers begin anew. */
export const MOST_KERNEL_STACKS = 4096;
/** Functions of one: systems tell fewer. */
export const MOST_KERNEL_FUNCTIONS = 1024;

export class KernelTable {
  readonly #stacks: KernelStack[] = [];
  readonly #numbers = new Map<string, number>();

  /** How many there are: the number of the next one. */
  get size(): number {
    return this.#stacks.length;
  }

  /** Undefined for one that is new. */
  numberOf(stack: KernelStack): number | undefined {
    return this.#numbers.get(keyOf(stack));
  }

  at(number: number): KernelStack | undefined {
    return this.#stacks[number];
  }

  add(stack: KernelStack): void {
    this.#numbers.set(keyOf(stack), this.#stacks.length);
    this.#stacks.push(stack);
    if (this.#stacks.length < MOST_KERNEL_STACKS) return;
    this.#stacks.length = 0;
    this.#numbers.clear();
  }
}

function keyOf({ functions, isCut }: KernelStack): string {
  return `${isCut ? "…" : ""}${functions.join("\n")}`;
}
