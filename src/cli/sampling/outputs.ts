// Where the results of a run go: the profile, a capture, files that the profile is converted to. In: the options. Out: all of them opened,
// before anything is started, and closed when the run is over; what went wrong is a message. It samples nothing, and prints nothing but
// the question that Austin asks before a profile goes to a terminal.
import { closeSync } from "node:fs";
import { MojoOutput } from "../../mojo/output.js";
import { OutputError } from "../../mojo/output-error.js";
import { descriptorOf } from "../../output/output_path.js";
import { openPipe } from "../../output/pipe.js";
import type { SampleSink } from "../../profile/sink.js";
import { sinkOf } from "../../profile/sink_group.js";
import type { MojoSink } from "../../sinks/mojo_sink.js";
import type { ProfileSelection } from "../../sinks/selection.js";
import type { RunOptions } from "../austin/command_line.js";
import { captureWritten } from "../messages/capture.js";
import type { Message } from "../messages/message.js";
import {
  binaryToTerminalQuestion,
  isYes,
  outputAsItWas,
  outputFacts,
  outputNotOpened,
  outputNotWritten,
  unnamedNotOpened,
} from "../messages/output.js";
import { ToldError } from "../messages/told_error.js";
import { wasClosed } from "../process/closed_at_start.js";
import { heedEarlySignal } from "../process/early_signals.js";
import { readLine } from "../terminal/answer.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import type { Capturing } from "./capturing.js";
import type { Saving } from "./saving.js";
import { UnnamedProfile } from "./unnamed_profile.js";

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

export class RunOutputs {
  readonly #options: RunOptions;
  #profile: MojoOutput | undefined;
  #capturing: Capturing | undefined;
  #saving: Saving | undefined;
  #unnamed: UnnamedProfile | undefined;
  /** Whether the profile is being converted, which a signal ends. */
  #isSaving = false;
  /** What was captured, once that is written. */
  #captured: { readonly bytes: number; readonly copied: number } | undefined;

  private constructor(options: RunOptions) {
    this.#options = options;
  }

  /**
   * Open all of them.
   *
   * @param asks whether a profile without a place is to go to the terminal, where the answer to a question is yes, as Austin has it
   * @returns a message where that can't be done, undefined where the answer is no
   */
  static async open(options: RunOptions, asks: boolean): Promise<RunOutputs | Message | undefined> {
    const outputs = new RunOutputs(options);
    try {
      return await outputs.#open(asks || options.pipe);
    } catch (error) {
      await outputs.#capturing?.discard();
      if (error instanceof ToldError) return error.told;
      if (!(error instanceof OutputError)) throw error;
      if (outputs.#unnamed?.path === error.path) return unnamedNotOpened(outputFacts(error, undefined));
      return outputNotOpened(outputFacts(error, outputs.#pathOf(error)));
    }
  }

  async #open(asks: boolean): Promise<RunOutputs | undefined> {
    const { capture, save, output } = this.#options;
    if (save.length > 0) this.#saving = await (await import("./saving.js")).Saving.plan(save, output);
    if (this.#isStandardOutput && process.stdout.isTTY) {
      if (!asks) this.#unnamed = new UnnamedProfile();
      else if (!mayWriteToTerminal()) return undefined;
    }
    if (capture !== undefined) {
      failWhereClosed(capture, descriptorOf(capture));
      const { Capturing } = await import("./capturing.js");
      this.#capturing = await whileRead(capture, () => Capturing.begin(capture));
    }
    if (this.path !== undefined || this.#isStandardOutput)
      this.#profile = await whileRead(this.path, () => this.#openProfile());
    return this;
  }

  /** Path of the profile, if it has one. */
  get path(): string | undefined {
    return this.#saving?.mojo ?? this.#options.output ?? this.#unnamed?.path;
  }

  /** The process has an id, after which a profile is called that has no name yet. */
  name(pid: number): void {
    this.#unnamed?.name(pid);
  }

  /** The profile's stream; undefined where there is a capture alone. */
  get profile(): MojoOutput | undefined {
    return this.#profile;
  }

  get capturing(): Capturing | undefined {
    return this.#capturing;
  }

  /** Where the profile is and how large; undefined where nothing of it is to stay, or no name leads to it later. @param samples that are in it */
  written(samples: number): { readonly path: string | undefined; readonly bytes: number } | undefined {
    if (this.#profile === undefined || this.#saving?.isTemporary || (this.#unnamed && samples === 0)) return undefined;
    if (this.path !== undefined && (descriptorOf(this.path) ?? 0) > STANDARD_ERROR) return undefined;
    return { path: this.path, bytes: this.#profile.bytesWritten };
  }

  /**
   * What takes the samples: the profile, the capture, or both.
   * @param mojo writes the profile, or what `share` leaves of it
   */
  sink(mojo: MojoSink, share: ProfileSelection | undefined): SampleSink {
    const capturing = this.#capturing;
    // Where there is only a capture, the filters still count what they leave out.
    const hasMojo = capturing === undefined || this.#profile !== undefined || share !== undefined;
    return sinkOf([...(hasMojo ? [mojo] : []), ...(capturing === undefined ? [] : [capturing.sink()])]);
  }

  /** Descriptors that were named as outputs: the command is not to have them. */
  get descriptors(): readonly number[] {
    const { output, capture } = this.#options;
    return [output, capture].flatMap((path) => (path === undefined ? [] : (descriptorOf(path) ?? [])));
  }

  /** Whether standard output is taken, so that the command can't have it. */
  get usesStandardOutput(): boolean {
    const { output, capture } = this.#options;
    return this.#isStandardOutput || [output, capture].some((path) => path && descriptorOf(path) === STANDARD_OUTPUT);
  }

  /** Whether the profile goes to standard output since nothing else was named. */
  get #isStandardOutput(): boolean {
    return this.path === undefined && this.#options.capture === undefined;
  }

  #openProfile(): MojoOutput {
    const { path } = this;
    const descriptor = path === undefined ? STANDARD_OUTPUT : descriptorOf(path);
    if (descriptor === undefined)
      return MojoOutput.create(path as string, this.#saving?.isTemporary || this.#unnamed !== undefined);
    const name = path ?? "standard output";
    failWhereClosed(name, descriptor);
    return MojoOutput.toDescriptor(descriptor, name);
  }

  /** Write everything out; what went wrong is a message. */
  async close(): Promise<Message | undefined> {
    let failure: OutputError | undefined;
    try {
      await this.#profile?.close();
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failure = error;
    }
    const captured = await this.#capturing?.close();
    if (captured instanceof OutputError) failure ??= captured;
    else this.#captured = captured;
    return failure && outputNotWritten(outputFacts(failure, this.#pathOf(failure)));
  }

  /** What was captured, once all is closed. */
  captureRemark(): Message | undefined {
    const { capture } = this.#options;
    if (capture === undefined || this.#captured === undefined) return undefined;
    return captureWritten({ path: capture, isFile: descriptorOf(capture) === undefined, ...this.#captured });
  }

  /** What an earlier run has written may be taken for this one's: that it is still there. */
  heldRemark(): Message | undefined {
    return this.#profile?.isHeld ? outputAsItWas({ path: this.#profile.path }) : undefined;
  }

  /** Convert the profile as asked for. @returns what to say of it */
  async save(): Promise<readonly Message[]> {
    if (this.#saving === undefined) return [];
    this.#isSaving = true;
    const messages = await this.#saving.perform();
    this.#isSaving = false;
    return messages;
  }

  /** Nothing was begun, and all is closed: a file that is new has nothing in it that anybody asked for. */
  takeBack(): void {
    if (this.#saving?.isTemporary !== true && this.#unnamed === undefined) this.#profile?.takeBack();
  }

  /** There is no sample: nothing is converted, and nothing is left that was not asked for. */
  async drop(): Promise<void> {
    await this.#saving?.drop();
    await this.#unnamed?.remove();
  }

  /**
   * A signal has come: end converting, if that is under way.
   * @param isInsisted whether it is not the first one: what waits for a reader of the profile is given up, too
   */
  interrupt(isInsisted: boolean): void {
    if (this.#isSaving) this.#saving?.abandon();
    if (isInsisted) this.#profile?.giveUp();
  }

  /** The path that a failure is about, as the user gave it. */
  #pathOf(error: OutputError): string | undefined {
    const { capture, save } = this.#options;
    return [capture, ...save].find((path) => path === error.path) ?? this.path;
  }
}

/** @throws OutputError */
function failWhereClosed(name: string, descriptor: number | undefined): void {
  if (descriptor !== undefined && wasClosed(descriptor)) throw new OutputError(name, "fstat", "EBADF", 0);
}

/** Open an output: one that is a pipe by name once somebody reads it, while a signal ends us, as nothing was begun. */
async function whileRead<T>(path: string | undefined, open: () => T): Promise<T> {
  const held =
    path === undefined || descriptorOf(path) !== undefined ? undefined : await openPipe(path, heedEarlySignal);
  try {
    return open();
  } finally {
    if (held !== undefined) closeSync(held);
  }
}

function mayWriteToTerminal(): boolean {
  // Nobody hears signals while the answer is waited for, and nothing was begun: they end us at once.
  heedEarlySignal();
  process.stdout.write(binaryToTerminalQuestion(createStyle(takesColour(process.stdout, process.env))));
  return isYes(readLine());
}
