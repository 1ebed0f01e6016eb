// A process and its descendants, as something to sample. In: the root's id, and looks now and then. Out: who of them runs
// Python that can be sampled, and who no longer does. A look takes no longer than one process takes, so that it may stand
// between two ticks. The look that finds one takes its first sample, and no others; it ends nobody: what isn't Python may start one.

import { NoRoom } from "../decoder/errors.js";
import type { Decoder } from "../decoder/index.js";
import { host } from "../host/index.js";
import type { TableSizes } from "../model/table_sizes.js";
import type { FamilyFigures } from "../profile/facts.js";
import { KnownFacts } from "../target/known_facts.js";
import { type Member, ProcessTree } from "../target/tree.js";
import { Clock } from "./clock.js";
import { type Connection, Connector } from "./connect.js";
import type { Decoders } from "./decoders.js";
import type { ProcessOptions } from "./process_options.js";

/** What is told of members. */
export interface FamilyListener {
  /** This member can be sampled, for the first time or again after an exec. */
  found(connection: Connection): void;
  /** This member has ended, or it runs something else for good. */
  left(pid: number): void;
}

/** What the last look at a member gave. "no-room": it may be Python, and there can't be another decoder. */
export type FamilyResult = ReturnType<Connector["look"]> | { readonly kind: "no-room"; readonly error: NoRoom };

const DENIED = "may not be read";

interface Node {
  readonly member: Member;
  readonly connector: Connector;
  decoder: Decoder | undefined;
  /** "waiting": it may become Python. "settled": not as the program that it is. */
  state: "waiting" | "sampled" | "settled";
  /** Whether it is in the queue, which is once. */
  isQueued: boolean;
  result: FamilyResult | undefined;
  wasSampled: boolean;
  /** Why it isn't sampled though it runs Python, if so. */
  cause: string | undefined;
  program: string | undefined;
  /** When it was new, or had a new program, in microseconds. */
  since: number;
  /** When it is to be looked at. */
  due: number;
  /** When it is to be looked into, if nothing changes. */
  thorough: number;
  /** How long what it has mapped has been read for, without having been read to the end, in microseconds. */
  reading: number;
}

/** How often new processes are looked for, in microseconds. */
const LOOK_MICROSECONDS = 1000;
/** Nothing more is begun in a look that took so long, unless there is more time. */
const SLICE_MICROSECONDS = 500;
/** Most children call exec at once: until then, they look like their parent. */
const EXEC_MICROSECONDS = 3000;
/** How often a program that isn't Python is looked into: it may load one as a library. */
const THOROUGH_MICROSECONDS = 250_000;

/** A look that took several goes to read what is mapped is followed by a rest so many times as long. */
const RESTS = 30;

/** Pauses between two looks at a member, by how long it has run what it runs: [up to this age, pause], in microseconds. */
const PAUSES = [
  [150_000, 4000],
  [1_000_000, 15_000],
  [10_000_000, 100_000],
  [Number.POSITIVE_INFINITY, 500_000],
] as const;

/** Close it after use. */
export class Family {
  readonly root: number;
  /** Who belongs to it, whatever they run. */
  readonly tree: ProcessTree;
  readonly #decoders: Decoders;
  readonly #sampling: ProcessOptions;
  readonly #facts: KnownFacts;
  readonly #nodes = new Map<number, Node>();
  /** Those that are not sampled, the next to be looked at first. */
  #queue: Node[] = [];
  #sampled = 0;
  /** Members that were sampled once, each counted once. */
  #everSampled = 0;
  readonly #notSampled = new Map<string, number>();
  #looked = 0;
  #lastPython = 0;
  #rootResult: FamilyResult | undefined;

  /**
   * @param sampling how the first sample of each is to be taken
   * @param facts what is known of binaries already
   * @throws ProcessGone, ProcessDenied when the root isn't there or can't be seen
   */
  constructor(root: number, decoders: Decoders, sampling: ProcessOptions, facts = new KnownFacts()) {
    this.root = root;
    this.#decoders = decoders;
    this.#sampling = sampling;
    this.#facts = facts;
    this.tree = new ProcessTree(root);
  }

  /** What the last look into the root gave; undefined before the first. */
  get rootResult(): FamilyResult | undefined {
    return this.#rootResult;
  }

  get figures(): FamilyFigures {
    return { sampled: this.#everSampled, notSampled: Object.fromEntries(this.#notSampled) };
  }

  get tableSizes(): TableSizes {
    return {
      members: this.#nodes.size,
      "queued members": this.#queue.length,
      decoders: this.#decoders.size,
      "idle decoders": this.#decoders.idle,
      "known files": this.#facts.size,
      ...this.tree.tableSizes,
    };
  }

  /** Whether all its members have ended. */
  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  /** Whether a look is due at `now`, in microseconds. */
  isDue(now: number): boolean {
    return now - this.#looked >= LOOK_MICROSECONDS;
  }

  /**
   * Look for new members, and at those whose time has come.
   * @param until when there is something else to do, in microseconds
   */
  look(now: number, until: number, listener: FamilyListener): void {
    const enough = Math.max(until, now + SLICE_MICROSECONDS);
    const isFirst = this.#looked === 0;
    this.#looked = now;
    if (this.#sampled > 0) this.#lastPython = now;
    for (const member of this.tree.look(now)) this.#add(member, isFirst ? now : now + EXEC_MICROSECONDS, listener);
    for (let left = this.#queue.length; left > 0; left--) {
      const node = this.#queue.shift() as Node;
      node.isQueued = false;
      if (this.#nodes.get(node.member.pid) !== node || node.state === "sampled") continue;
      this.#enqueue(node);
      if (node.due > now) continue;
      this.#lookAt(node, now, enough, listener);
      if (Clock.now() > enough) return;
    }
  }

  /** A member that was found has no interpreter any more, and runs. */
  lost(pid: number): void {
    const node = this.#nodes.get(pid);
    if (node === undefined) return;
    this.#sampled--;
    node.state = "waiting";
    node.since = this.#looked;
    node.due = 0;
    node.thorough = 0;
    this.#enqueue(node);
  }

  /** A member that was found may not be read any more. Its children are its children all the same. */
  denied(pid: number): void {
    const node = this.#nodes.get(pid);
    if (node === undefined) return;
    this.#sampled--;
    this.#note(node, DENIED);
    node.state = "settled";
    node.thorough = Number.POSITIVE_INFINITY;
    this.#giveBack(node);
    this.#enqueue(node);
  }

  /** A member that was found has ended. */
  ended(pid: number): void {
    const node = this.#nodes.get(pid);
    if (node === undefined) return;
    if (node.state === "sampled") this.#sampled--;
    this.#remove(node);
  }

  /**
   * Whether nobody is left to wait for at `now`: the root has ended, nobody is sampled, and who might still become
   * Python had `patience`, in microseconds, since the last Python ended.
   */
  isOver(now: number, patience: number): boolean {
    if (this.#sampled > 0 || this.#nodes.has(this.root)) return false;
    for (const { state, since } of this.#nodes.values()) {
      if (state === "waiting" && now - Math.max(since, this.#lastPython) < patience) return false;
    }
    return true;
  }

  close(): void {
    for (const { connector } of this.#nodes.values()) connector.close();
    this.tree.close();
  }

  #add(member: Member, due: number, listener: FamilyListener): void {
    const { pid } = member;
    const old = this.#nodes.get(pid);
    if (old !== undefined) {
      this.ended(pid);
      listener.left(pid);
      this.tree.members.set(pid, member);
    }
    const take = (): Decoder => {
      node.decoder ??= this.#decoders.take();
      return node.decoder;
    };
    const node: Node = {
      member,
      connector: new Connector(pid, take, this.#facts, this.#sampling),
      decoder: undefined,
      state: "waiting",
      isQueued: false,
      result: undefined,
      wasSampled: false,
      cause: undefined,
      program: undefined,
      since: due,
      due,
      thorough: 0,
      reading: 0,
    };
    this.#nodes.set(pid, node);
    this.#enqueue(node);
  }

  #enqueue(node: Node): void {
    if (node.isQueued) return;
    node.isQueued = true;
    this.#queue.push(node);
  }

  #lookAt(node: Node, now: number, until: number, listener: FamilyListener): void {
    const { pid } = node.member;
    const signs = host.lifeSigns(pid);
    if (signs.state !== "running") {
      listener.left(pid);
      this.#remove(node);
      return;
    }
    if (signs.program !== node.program) {
      node.program = signs.program;
      node.since = now;
      node.thorough = 0;
      this.tree.note(signs);
    }
    const isStarting = node.result?.kind === "not-yet" && node.result.reason !== "may-become";
    let rest = 0;
    if (now >= node.thorough || isStarting) {
      const begun = Clock.now();
      const result = lookAtInterpreter(node.connector, now < node.thorough, until);
      const isGoingOn = result === "reading";
      rest = node.reading === 0 || isGoingOn ? 0 : RESTS * (node.reading + Clock.now() - begun);
      node.reading = isGoingOn ? node.reading + Clock.now() - begun : 0;
      if (isGoingOn) return;
      if (result !== "not-yet") this.#lookInto(node, now, result, listener);
    }
    node.due = now + Math.max(pauseAt(now - node.since), rest);
  }

  #lookInto(node: Node, now: number, result: FamilyResult, listener: FamilyListener): void {
    const { pid } = node.member;
    node.result = result;
    if (pid === this.root) this.#rootResult = result;
    node.thorough = now + Math.max(THOROUGH_MICROSECONDS, pauseAt(now - node.since));
    this.#note(node, causeOf(result));
    if (result.kind === "found") {
      node.state = "sampled";
      this.#sampled++;
      if (!node.wasSampled) this.#everSampled++;
      node.wasSampled = true;
      listener.found(result);
      return;
    }
    // A program that is still loading has yet to show what it is.
    if (result.kind === "not-yet" && result.reason !== "may-become") return;
    // Another process's decoder may be free by then.
    if (result.kind === "no-room") return;
    node.state = result.kind === "not-yet" ? "waiting" : "settled";
    if (node.state === "settled") node.thorough = Number.POSITIVE_INFINITY;
    if (node.decoder === undefined) return;
    listener.left(pid);
    this.#giveBack(node);
  }

  /** Count why it isn't sampled; undefined: there is nothing to be counted, or no more. */
  #note(node: Node, cause: string | undefined): void {
    if (node.cause === cause) return;
    if (node.cause !== undefined) this.#count(node.cause, -1);
    if (cause !== undefined) this.#count(cause, 1);
    node.cause = cause;
  }

  #count(cause: string, change: number): void {
    const count = (this.#notSampled.get(cause) ?? 0) + change;
    if (count === 0) this.#notSampled.delete(cause);
    else this.#notSampled.set(cause, count);
  }

  #remove(node: Node): void {
    const { pid } = node.member;
    this.#nodes.delete(pid);
    this.tree.forget(pid);
    node.connector.close();
    this.#giveBack(node);
  }

  #giveBack(node: Node): void {
    if (node.decoder !== undefined) this.#decoders.giveBack(node.decoder);
    node.decoder = undefined;
  }
}

/**
 * @param onlyAgain whether the interpreter that the last look found is enough
 * @param until when there is something else to do, in microseconds
 * @returns "reading": what it has mapped is still to be read on
 */
function lookAtInterpreter(
  connector: Connector,
  onlyAgain: boolean,
  until: number,
): FamilyResult | "not-yet" | "reading" {
  try {
    const again = onlyAgain ? connector.lookAgain() : undefined;
    if (again !== undefined) return again;
    return connector.readAhead((until - Clock.now()) / 1000) ? connector.look() : "reading";
  } catch (error) {
    if (error instanceof NoRoom) return { kind: "no-room", error };
    throw error;
  }
}

/** Why a member that may well run Python isn't sampled, in a few words for statistics. */
function causeOf(result: FamilyResult): string | undefined {
  switch (result.kind) {
    case "denied":
      return DENIED;
    case "no-room":
      return result.error.why;
    case "unsupported":
      return `${result.name} is not supported`;
    case "refused":
      return `Python ${result.interpreter.version.text} is not supported`;
    default:
      return undefined;
  }
}

function pauseAt(age: number): number {
  for (const [limit, pause] of PAUSES) if (age < limit) return pause;
  return 0;
}
