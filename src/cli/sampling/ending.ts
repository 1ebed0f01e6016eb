// What ends a run before its time, and the command that the run has started, if any. In: signals to us. Out: an abort signal
// for the run; signals to the command and, where they are followed, its descendants. It says nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { host } from "../../host/index.js";
import type { Family } from "../../sampler/family.js";
import { Canary } from "../../target/canary.js";
import { type LaunchedProcess, launch, type Passing, type ProcessEnd } from "../../target/launch.js";
import { LaunchedFamily } from "../../target/launched_family.js";
import { Activity, Patience } from "../../target/patience.js";
import { takeEarlySignal } from "../process/early_signals.js";
import { ENDING_SIGNALS, type EndingSignal } from "../words/exit_codes.js";

/** What a command that does nothing may take to end, on a busy machine. */
const MOMENT_MILLISECONDS = 200;
/** `timeout` sends its signal to us, and then to our group: within so long, two of a kind are one. */
const ECHO_MILLISECONDS = 100;
/** How often who was asked to end is looked at. */
const LOOK_MILLISECONDS = 100;

/** What became of a command that was asked to end and didn't: it was sent SIGTERM, or it runs on. */
export type Insistence = "SIGTERM" | "left";

/** Close it after use. */
export class Ending {
  readonly #abort = new AbortController();
  readonly #onSignal: (isInsisted: boolean) => void;
  readonly #listeners: [EndingSignal, () => void][] = [];
  #signal: EndingSignal | undefined;
  #signals = 0;
  /** When the first one came. */
  #firstAt = 0;
  #canary: Canary | undefined;
  /** Resolves when the first one has been passed on. */
  #passing: Promise<void> | undefined;
  #launched: LaunchedProcess | undefined;
  /** With whom the command shares its group, where its descendants are followed. */
  #others: LaunchedFamily | undefined;
  /** Resolves with whether the command, having been asked to end by us alone, runs on. */
  #insisting: Promise<boolean> | undefined;

  /** @param onSignal what else each signal is to do; it is told whether one came before */
  constructor(onSignal: (isInsisted: boolean) => void) {
    this.#onSignal = onSignal;
  }

  /** Aborts with the first signal. */
  get aborted(): AbortSignal {
    return this.#abort.signal;
  }

  /** The first signal that came. */
  get signal(): EndingSignal | undefined {
    return this.#signal;
  }

  /** Whether the run has started a command. */
  get hasCommand(): boolean {
    return this.#launched !== undefined;
  }

  /** From now on signals end the run in good order. */
  listen(): void {
    for (const signal of ENDING_SIGNALS) {
      if (host.isIgnoredAsBefore(signal)) continue;
      const listener = (): void => this.#take(signal);
      process.on(signal, listener);
      this.#listeners.push([signal, listener]);
    }
    const early = takeEarlySignal();
    if (early !== undefined && !host.isIgnoredAsBefore(early)) this.#take(early);
  }

  async close(): Promise<void> {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
    await this.#canary?.close();
  }

  /**
   * Start the command; returns its pid.
   * @throws LaunchError
   */
  async launch(command: string, args: readonly string[], passing: Passing): Promise<number> {
    this.#canary = new Canary();
    this.#launched = await launch(command, args, passing);
    return this.#launched.pid;
  }

  /** The command is a launcher, and has started this process in its place. */
  include(pid: number): void {
    this.#launched?.include(pid);
  }

  /** The command's descendants are sampled, too. */
  follow(family: Family): void {
    if (this.#launched) this.#others = new LaunchedFamily(this.#launched, family.tree);
  }

  /** Resolves with how the command ended; at once where there is none. */
  get commandEnd(): Promise<ProcessEnd | undefined> {
    return this.#launched?.ended ?? Promise.resolve(undefined);
  }

  /** Resolves when nothing that was started runs any more, with how the command ended, or when what runs on is left alone. */
  async allEnded(): Promise<ProcessEnd | undefined> {
    return (await this.#insisting) ? undefined : this.#untilEnded();
  }

  async #untilEnded(): Promise<ProcessEnd | undefined> {
    const end = await this.commandEnd;
    await this.#passing;
    await this.#others?.ended;
    return end;
  }

  /** Whether the command ends within a moment: one that does so ended too quickly, whatever it was. */
  async endsByItself(): Promise<boolean> {
    const launched = this.#launched;
    if (launched === undefined) return false;
    await Promise.race([launched.ended, sleep(MOMENT_MILLISECONDS, undefined, { ref: false })]);
    return launched.end !== undefined;
  }

  /**
   * Ask the command to end, in a way that lets it clean up, and insist: nobody else may be there to do so.
   * @param tell what it comes to, if it doesn't end
   */
  endCommand(signal: "SIGINT" | "SIGTERM", tell: (what: Insistence) => void): void {
    const launched = this.#launched;
    if (launched === undefined) return;
    this.#ask(signal, launched);
    this.#insisting = this.#insist(signal, launched, tell);
  }

  #ask(signal: "SIGINT" | "SIGTERM", launched: LaunchedProcess): void {
    const deaf = signal === "SIGINT" && host.ignoresSignal(launched.pid, signal);
    launched.signal(deaf ? "SIGTERM" : signal);
    this.#others?.ending(signal, "command");
  }

  async #insist(
    asked: "SIGINT" | "SIGTERM",
    launched: LaunchedProcess,
    tell: (what: Insistence) => void,
  ): Promise<boolean> {
    this.#wake(launched);
    if (await this.#endsInTime(launched)) return false;
    if (asked === "SIGINT") {
      tell("SIGTERM");
      launched.signal("SIGTERM");
      this.#others?.insist("SIGTERM");
      this.#wake(launched);
      if (await this.#endsInTime(launched)) return false;
    }
    launched.leave();
    this.#others?.leave();
    tell("left");
    return true;
  }

  /** Who is stopped hears of nothing before it goes on. */
  #wake(launched: LaunchedProcess): void {
    if (launched.end === undefined && host.isStopped(launched.pid)) launched.signal("SIGCONT");
    this.#others?.wake();
  }

  async #endsInTime(launched: LaunchedProcess): Promise<boolean> {
    const ended = this.#untilEnded().then(() => true);
    const activity = new Activity(launched.pid);
    const patience = new Patience(performance.now());
    try {
      for (;;) {
        if (await Promise.race([ended, sleep(LOOK_MILLISECONDS, false, { ref: false })])) return true;
        if (patience.isOver(activity.look(), performance.now())) return false;
      }
    } finally {
      activity.close();
    }
  }

  #take(signal: EndingSignal): void {
    if (this.#signals === 0) this.#firstAt = performance.now();
    else if (this.#signals === 1 && signal === this.#signal && this.#isEcho()) return;
    this.#signals++;
    this.#signal ??= signal;
    this.#abort.abort();
    this.#onSignal(this.#signals > 1);
    const launched = this.#launched;
    if (launched === undefined) return;
    if (this.#signals === 1) {
      this.#passing = sleep(ECHO_MILLISECONDS).then(() => this.#passOn(signal, launched));
    } else {
      const stronger = this.#signals === 2 ? "SIGTERM" : "SIGKILL";
      launched.signal(stronger);
      this.#others?.insist(stronger);
      this.#wake(launched);
    }
  }

  #isEcho(): boolean {
    return performance.now() - this.#firstAt < ECHO_MILLISECONDS;
  }

  /** Give the command a signal that we got, unless it was sent to our whole group: twice would cut its clean-up off. */
  #passOn(signal: EndingSignal, launched: LaunchedProcess): void {
    if (this.#canary?.isStruck) this.#others?.ending(signal, "group");
    else if (signal === "SIGINT") this.#ask("SIGINT", launched);
    else {
      launched.signal(signal);
      this.#others?.ending(signal, "command");
    }
    this.#wake(launched);
  }
}
