// A profile summed up by stack. In: samples. Out: for each thread, the tree of its stacks with the sums of every metric. It grows
// with the stacks that are distinct, not with the samples.
import type { Sample } from "../model/sample.js";
import { type FunctionLine, FunctionLines } from "./function_line.js";
import { METRICS } from "./metric.js";
import { StackPath } from "./stack_path.js";

/** Index behind those of METRICS: how many samples there were. */
export const SAMPLES = METRICS.length;

/** A stack from the root to `functionLine`. */
export class StackNode {
  /** Sums of METRICS, and of samples, whose stack ends here. */
  readonly own = new Float64Array(SAMPLES + 1);
  children: Map<FunctionLine, StackNode> | undefined;

  /** @param functionLine undefined for the empty stack */
  constructor(readonly functionLine: FunctionLine | undefined) {}

  child(functionLine: FunctionLine): StackNode {
    this.children ??= new Map();
    let node = this.children.get(functionLine);
    if (node === undefined) {
      node = new StackNode(functionLine);
      this.children.set(functionLine, node);
    }
    return node;
  }
}

/** A thread of an interpreter, with its stacks. */
export class ThreadStacks {
  readonly root = new StackNode(undefined);
  /** Sums over all its samples. */
  readonly sums = new Float64Array(SAMPLES + 1);
  /** Of each metric, the sum of the squares of its samples' values: how unevenly samples weigh. */
  readonly squares = new Float64Array(SAMPLES);
  /** What the program called it last, where that is known. */
  threadName: string | undefined;
  readonly #path = new StackPath(this.root);

  constructor(
    readonly pid: number,
    readonly interpreterId: number | undefined,
    readonly thread: string,
  ) {}

  add(sample: Sample, functionLines: FunctionLines): void {
    if (sample.threadName !== undefined) this.threadName = sample.threadName;
    const node = this.#path.to(sample.frames, (caller, frame) => caller.child(functionLines.of(frame)));
    for (let i = 0; i < SAMPLES; i++) {
      const value = (METRICS[i] as (typeof METRICS)[number]).of(sample);
      if (value === 0) continue;
      (node.own[i] as number) += value;
      (this.sums[i] as number) += value;
      (this.squares[i] as number) += value * value;
    }
    (node.own[SAMPLES] as number)++;
    (this.sums[SAMPLES] as number)++;
  }
}

/** All stacks of a profile, thread by thread. */
export class StackTree {
  readonly #threads = new Map<string, ThreadStacks>();
  readonly #functionLines = new FunctionLines();

  /** In the order in which they turned up. */
  get threads(): readonly ThreadStacks[] {
    return [...this.#threads.values()];
  }

  /** Whether lines are known. */
  get hasLines(): boolean {
    return this.#functionLines.hasLines;
  }

  add(sample: Sample): void {
    const { pid, interpreterId, thread } = sample;
    const key = `${pid}:${interpreterId}:${thread}`;
    let stacks = this.#threads.get(key);
    if (stacks === undefined) {
      stacks = new ThreadStacks(pid, interpreterId, thread);
      this.#threads.set(key, stacks);
    }
    stacks.add(sample, this.#functionLines);
  }

  /** Sum up all samples, such as `readMojo(source)` gives them. */
  static async of(samples: AsyncIterable<Sample> | Iterable<Sample>): Promise<StackTree> {
    const tree = new StackTree();
    for await (const sample of samples) tree.add(sample);
    return tree;
  }
}

/**
 * Go through a tree, however deep: `enter` at each node before its children, `leave` behind them.
 */
export function walk(root: StackNode, enter: (node: StackNode) => void, leave: (node: StackNode) => void): void {
  const open: { node: StackNode; rest: Iterator<StackNode> }[] = [];
  const begin = (node: StackNode): void => {
    enter(node);
    open.push({ node, rest: (node.children ?? NONE).values() });
  };
  begin(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.rest.next();
    if (!next.done) begin(next.value);
    else {
      open.pop();
      leave(top.node);
    }
  }
}

const NONE: ReadonlyMap<FunctionLine, StackNode> = new Map();
