// The threads of a profile, and where each one's stack is in the tree. In: samples. Out: lanes and nodes.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { FrameTable } from "./frame_table.js";
import { ROOT, StackTable } from "./stack_table.js";

/** One thread, as an interpreter of a process has it. */
export interface Lane {
  /** From 0, in the order in which they turned up. */
  readonly index: number;
  readonly pid: number;
  readonly interpreterId: number | undefined;
  /** As the profile has it. */
  readonly thread: string;
  /** The native id; undefined where the profile has a name. */
  readonly threadId: number | undefined;
  /** What the program called it last, where that is known. */
  threadName: string | undefined;
  /** "0:1234": interpreter and native id, as other tools show them; or a name. */
  readonly id: string;
  /** The same, and behind it what the program calls it. */
  readonly label: string;
  /** The same where there is little room: what the program calls it comes first. */
  readonly title: string;
}

class LaneOf implements Lane {
  threadName: string | undefined;

  constructor(
    readonly index: number,
    readonly pid: number,
    readonly interpreterId: number | undefined,
    readonly thread: string,
    readonly threadId: number | undefined,
    readonly id: string,
  ) {}

  get title(): string {
    return this.threadName === undefined ? `Thread ${this.id}` : `${this.threadName} (${this.id})`;
  }

  get label(): string {
    return this.threadName === undefined ? this.id : `${this.id} ${this.threadName}`;
  }
}

export class Lanes {
  readonly all: Lane[] = [];
  readonly #byThread = new Map<string, Lane[]>();

  of(sample: Sample): Lane {
    const lane = this.#laneOf(sample);
    if (sample.threadName !== undefined) lane.threadName = sample.threadName;
    return lane;
  }

  #laneOf({ pid, interpreterId, thread }: Sample): Lane {
    let namesakes = this.#byThread.get(thread);
    if (namesakes === undefined) {
      namesakes = [];
      this.#byThread.set(thread, namesakes);
    }
    for (const lane of namesakes) if (lane.pid === pid && lane.interpreterId === interpreterId) return lane;
    const threadId = threadIdOf(thread);
    const interpreter = interpreterId === undefined ? "" : `${interpreterId}:`;
    const lane = new LaneOf(
      this.all.length,
      pid,
      interpreterId,
      thread,
      threadId,
      `${interpreter}${threadId ?? thread}`,
    );
    this.all.push(lane);
    namesakes.push(lane);
    return lane;
  }
}

function threadIdOf(thread: string): number | undefined {
  const id = /^[0-9a-f]{1,13}$/.test(thread) ? Number.parseInt(thread, 16) : undefined;
  return Number.isSafeInteger(id) ? id : undefined;
}

/** What a lane had last: the next stack begins as this one does, mostly. */
interface Last {
  frames: readonly Frame[];
  readonly nodes: number[];
}

/** All stacks of all threads. */
export class Stacks {
  readonly table = new FrameTable();
  readonly tree = new StackTable();
  readonly #lanes = new Lanes();
  readonly #last: Last[] = [];

  get lanes(): readonly Lane[] {
    return this.#lanes.all;
  }

  laneOf(sample: Sample): Lane {
    return this.#lanes.of(sample);
  }

  nodeOf(lane: Lane, frames: readonly Frame[]): number {
    let last = this.#last[lane.index];
    if (last === undefined) {
      last = { frames: [], nodes: [] };
      this.#last[lane.index] = last;
    }
    const { nodes } = last;
    if (frames !== last.frames) {
      let at = 0;
      const shared = Math.min(frames.length, last.frames.length);
      while (at < shared && frames[at] === last.frames[at]) at++;
      nodes.length = at;
      let node = at === 0 ? ROOT : (nodes[at - 1] as number);
      for (; at < frames.length; at++) {
        node = this.tree.child(node, this.table.numberOf(frames[at] as Frame));
        nodes.push(node);
      }
      last.frames = frames;
    }
    return nodes.at(-1) ?? ROOT;
  }
}
