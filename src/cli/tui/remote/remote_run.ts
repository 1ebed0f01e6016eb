// A run that an austin-web shows elsewhere. In: its address. Out: a profile that follows it, and how the line is. A line that breaks is sought again, and
// then all is told anew, so that nothing is missing; one that has ended, or leads to something else by now, isn't. It draws nothing.
import { setTimeout as sleep } from "node:timers/promises";
import {
  checkedDelta,
  checkedFull,
  LiveMirror,
  MirroredProfile,
  OtherVersion,
  OutOfStep,
  type WireStatus,
} from "../../../live/index.js";
import type { LineFailure } from "../../messages/connecting.js";
import type { ServerEvent } from "./events.js";
import { brokenBy, eventsOf, LineBroken, SILENCE_MILLISECONDS } from "./line.js";

const FIRST_WAIT_MILLISECONDS = 1000;
const LONGEST_WAIT_MILLISECONDS = 10_000;
/** So often in a row messages may make no sense before nobody is asked any more. */
const MOST_CONFUSIONS = 3;
/** A line that was good for so long was no mistake. */
const STEADY_MILLISECONDS = 60_000;

export interface RemoteOptions {
  /** The window of the last seconds. */
  readonly recentSeconds: number;
  /** Told of each message. */
  readonly changed: () => void;
  /** Told of what people should know. */
  readonly said: (what: "broken" | "back" | "gone" | "begins anew") => void;
  readonly silence?: number;
}

export class RemoteRun {
  /** Undefined until the first full state. */
  profile: MirroredProfile | undefined;
  /** Why there is no line, and since when, in milliseconds; undefined while there is one. */
  broken: { readonly failure: LineFailure; readonly since: number; readonly isOver: boolean } | undefined;
  command = "";
  readonly #abort = new AbortController();
  readonly #options: RemoteOptions;
  #wait = FIRST_WAIT_MILLISECONDS;
  /** When the last message came, in milliseconds. */
  #heard = 0;

  /** @param base the address, which ends with a slash */
  constructor(
    readonly base: URL,
    options: RemoteOptions,
  ) {
    this.#options = options;
  }

  get status(): WireStatus | undefined {
    return this.profile?.status;
  }

  /** Since the run began, as far as that is known. */
  seconds(now: number): number {
    const { status } = this;
    if (status === undefined) return 0;
    const goesOn = status.state === "running" || status.state === "stopped";
    return status.seconds + (goesOn && this.broken === undefined ? Math.max(0, now - this.#heard) / 1000 : 0);
  }

  /**
   * Follow it until it is over, or `close` is called.
   * @throws LineBroken where it never was there
   */
  async follow(): Promise<void> {
    const { signal } = this.#abort;
    for (let confusions = 0; !signal.aborted; ) {
      const began = Date.now();
      const failure = await this.#once();
      if (signal.aborted) return;
      if (this.profile === undefined) throw new LineBroken(failure);
      if (failure.kind !== "messages" || Date.now() - began > STEADY_MILLISECONDS) confusions = 0;
      if (failure.kind === "messages") confusions++;
      const isOver = !mayComeAgain(failure) || confusions >= MOST_CONFUSIONS;
      const since = this.broken?.since ?? Date.now();
      const isNew = this.broken === undefined || isOver;
      this.broken = { failure, since, isOver };
      if (isNew) this.#options.said(isOver ? "gone" : "broken");
      this.#options.changed();
      if (isOver) return;
      await sleep(this.#wait, undefined, { signal }).catch(() => {});
      this.#wait = Math.min(LONGEST_WAIT_MILLISECONDS, 2 * this.#wait);
    }
  }

  close(): void {
    this.#abort.abort();
  }

  /** One line, from its beginning to its end. @returns why it has ended */
  async #once(): Promise<LineFailure> {
    const patience = { signal: this.#abort.signal, silence: this.#options.silence ?? SILENCE_MILLISECONDS };
    try {
      let isFirst = true;
      const told = (milliseconds: number): void => {
        this.#wait = Math.min(LONGEST_WAIT_MILLISECONDS, milliseconds);
      };
      for await (const event of eventsOf(new URL("events", this.base), patience, told)) {
        if (event.name === "over") return { kind: "over" };
        if (isFirst && event.name !== "full") throw new OutOfStep("they don't begin with a full state");
        isFirst = false;
        this.#take(event);
      }
      return { kind: "closed" };
    } catch (error) {
      if (error instanceof OtherVersion) return { kind: "version", version: JSON.stringify(error.version) ?? "none" };
      if (error instanceof OutOfStep) return { kind: "messages", why: error.message };
      if (error instanceof LineBroken || (error as NodeJS.ErrnoException).code !== undefined)
        return brokenBy(error).failure;
      throw error;
    }
  }

  /** @throws OutOfStep */
  #take({ name, data }: ServerEvent): void {
    if (name !== "full" && name !== "delta") return;
    const message = parsed(data);
    if (name === "delta") this.profile?.apply(checkedDelta(message));
    else {
      const full = new LiveMirror(checkedFull(message));
      this.command = full.command;
      if (this.profile === undefined) this.profile = new MirroredProfile(full, this.#options.recentSeconds);
      else if (this.profile.begin(full) === "begins anew") this.#options.said("begins anew");
      if (this.broken !== undefined) this.#options.said("back");
      this.broken = undefined;
    }
    this.#heard = Date.now();
    this.#options.changed();
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new OutOfStep("one of them is no JSON");
  }
}

/** Whether the same austin-web may be there again. */
function mayComeAgain(failure: LineFailure): boolean {
  switch (failure.kind) {
    case "unreachable":
    case "silent":
    case "closed":
    case "messages":
      return true;
    case "status":
      return failure.status >= 500;
    default:
      return false;
  }
}
