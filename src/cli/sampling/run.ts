// A run: from the options to a profile and the exit code. Everything it says comes from messages/, everything it does
// from the rooms below.
import { Decoder } from "../../decoder/index.js";
import { takenSamples } from "../../model/statistics.js";
import { MojoEncoder } from "../../mojo/encoder.js";
import { MojoOutput } from "../../mojo/output.js";
import { OutputError } from "../../mojo/output-error.js";
import { descriptorOf } from "../../output/place.js";
import type { ProfileSelection } from "../../profile/selection.js";
import { type Connection, connect } from "../../sampler/connect.js";
import { Decoders } from "../../sampler/decoders.js";
import type { Family } from "../../sampler/family.js";
import { connectFamily } from "../../sampler/family_connect.js";
import { rehearseSampling } from "../../sampler/rehearsal.js";
import { runSession, type SessionResult, type Targets } from "../../sampler/session.js";
import { askForShortTurns } from "../../sampler/turns.js";
import type { KnownFacts } from "../../target/known_facts.js";
import { LaunchError, type ProcessEnd } from "../../target/launch.js";
import { rehearse } from "../../target/rehearse.js";
import type { RunOptions } from "../austin/command_line.js";
import {
  askedOnceMore,
  binaryToTerminalQuestion,
  captureWritten,
  commandNotStarted,
  commandRunsOn,
  exposureOver,
  filtersLeaveNothing,
  idleSwitch,
  interrupted,
  isFailure,
  isYes,
  type Message,
  nothingSampled,
  notStarted,
  outputAsItWas,
  outputFacts,
  outputNotOpened,
  outputNotWritten,
  renderMessage,
  samplingStarted,
  targetChanged,
  targetEnded,
  unknownVersion,
  untriedFreeThreading,
} from "../messages/index.js";
import { deniedMessage, type NoInterpreter, pythonsBelow, refusalMessage } from "../messages/refusal.js";
import { ToldError } from "../messages/told_error.js";
import type { SystemLog } from "../process/system_log.js";
import { readLine } from "../terminal/answer.js";
import { createStyle, type Style, takesColour } from "../terminal/terminal.js";
import { commandStatus, ExitCode } from "../words/exit_codes.js";
import { AUSTIN_INTERFACE_VERSION, SUPPORTED_PYTHONS } from "../words/version.js";
import type { Capturing } from "./capturing.js";
import { Ending } from "./ending.js";
import type { Saving } from "./saving.js";
import { renderStatistics } from "./statistics.js";
import { watchTables } from "./table_watch.js";

const STANDARD_OUTPUT = 1;

/** Start or attach, sample, and say how it went; returns the exit code. */
export function run(options: RunOptions, log: SystemLog): Promise<number> {
  return new Run(options, log, createStyle(takesColour(process.stderr, process.env))).run();
}

class Run {
  readonly #options: RunOptions;
  readonly #log: SystemLog;
  readonly #style: Style;
  readonly #ending: Ending;
  #family: Family | undefined;
  #capturing: Capturing | undefined;
  #saving: Saving | undefined;
  /** Whether it is being converted, which a signal ends. */
  #isSaving = false;
  /** What was captured, once that is written. */
  #captured: { readonly bytes: number; readonly copied: number } | undefined;

  constructor(options: RunOptions, log: SystemLog, style: Style) {
    this.#options = options;
    this.#log = log;
    this.#style = style;
    this.#ending = new Ending(() => {
      if (this.#isSaving) this.#saving?.abandon();
    });
  }

  async run(): Promise<number> {
    const { capture, save } = this.#options;
    let output: MojoOutput | undefined;
    try {
      if (save.length > 0) {
        const plan = await (await import("./saving.js")).Saving.plan(save, this.#options.output);
        if ("exitCode" in plan) return this.#say(plan);
        this.#saving = plan;
      }
      if (this.#isDefaultOutput && process.stdout.isTTY && !this.#mayWriteToTerminal()) return ExitCode.OK;
      if (capture !== undefined) this.#capturing = (await import("./capturing.js")).Capturing.begin(capture);
      output = this.#output !== undefined || this.#isDefaultOutput ? this.#openOutput() : undefined;
    } catch (error) {
      await this.#capturing?.discard();
      if (error instanceof ToldError) return this.#say(error.told);
      if (!(error instanceof OutputError)) throw error;
      return this.#say(outputNotOpened(outputFacts(error, this.#pathOf(error))));
    }
    this.#ending.listen();
    try {
      return await this.#runInto(output);
    } finally {
      this.#family?.close();
      await this.#ending.close();
    }
  }

  /** Path of the profile, if it has one. */
  get #output(): string | undefined {
    return this.#saving?.mojo ?? this.#options.output;
  }

  /** Whether the profile goes to standard output since nothing else was named. */
  get #isDefaultOutput(): boolean {
    return this.#output === undefined && this.#options.capture === undefined;
  }

  /** Whether standard output is taken, so that the command can't have it. */
  get #usesStandardOutput(): boolean {
    const { output, capture } = this.#options;
    return this.#isDefaultOutput || [output, capture].some((path) => path && descriptorOf(path) === STANDARD_OUTPUT);
  }

  #mayWriteToTerminal(): boolean {
    process.stdout.write(binaryToTerminalQuestion(createStyle(takesColour(process.stdout, process.env))));
    return isYes(readLine());
  }

  #openOutput(): MojoOutput {
    const output = this.#output;
    if (output === undefined) return MojoOutput.toDescriptor(STANDARD_OUTPUT, "standard output");
    const descriptor = descriptorOf(output);
    if (descriptor !== undefined) return MojoOutput.toDescriptor(descriptor, output);
    return MojoOutput.create(output, this.#saving?.isTemporary);
  }

  async #runInto(output: MojoOutput | undefined): Promise<number> {
    const encoder = new MojoEncoder();
    encoder.header();
    output?.take(encoder);

    const { target } = this.#options;
    // All before the command is started: it takes as long as a short program lives.
    const newDecoder = (): Decoder => this.#capturing?.decoder() ?? new Decoder();
    const decoder = newDecoder();
    const selection = await this.#selection();
    const facts = target.kind === "command" ? await this.#rehearse(target.command) : undefined;
    let pid: number;
    if (target.kind === "command") {
      const { signal } = this.#ending;
      if (signal !== undefined) return this.#leave(output, notStarted({ command: target.command, signal }));
      try {
        pid = await this.#ending.launch(target.command, target.args, !this.#usesStandardOutput);
      } catch (error) {
        if (!(error instanceof LaunchError)) throw error;
        return this.#leave(output, commandNotStarted({ command: target.command, errno: error.errno }));
      }
    } else {
      pid = target.pid;
    }

    askForShortTurns(this.#options.intervalMicroseconds);
    const waiting = {
      timeoutMs: this.#options.timeoutMilliseconds,
      launched: this.#ending.hasCommand,
      signal: this.#ending.aborted,
      ...(facts && { facts }),
    };
    const found = this.#options.children
      ? await connectFamily(pid, waiting, new Decoders([decoder], newDecoder), this.#options, (family) =>
          this.#follow(family),
        )
      : await connect(pid, waiting, decoder, this.#options);
    if (found.kind === "aborted") return this.#leave(output, this.#interrupted(pid));
    if (found.kind === "found") return this.#sample(output, encoder, pid, { connections: [found] }, selection);
    if (found.kind !== "family") return this.#giveUp(output, pid, found);
    return this.#sample(output, encoder, pid, found, selection);
  }

  /** Look into the command, and have compiled what sampling it takes. */
  async #rehearse(command: string): Promise<KnownFacts> {
    const { facts, version } = rehearse(command);
    const { mode, gc, still, intervalMicroseconds } = this.#options;
    await rehearseSampling(version, { mode, gc, still, intervalMicroseconds }, this.#ending.aborted);
    return facts;
  }

  #follow(family: Family): void {
    this.#family = family;
    this.#ending.follow(family);
  }

  async #sample(
    output: MojoOutput | undefined,
    encoder: MojoEncoder,
    pid: number,
    targets: Targets,
    selection: ProfileSelection | undefined,
  ): Promise<number> {
    const { intervalMicroseconds, exposureMicroseconds, timeoutMilliseconds, mode, gc } = this.#options;
    const capturing = this.#capturing;
    const sampling = runSession(targets, encoder, capturing?.beside(output) ?? (output as MojoOutput), {
      intervalMicroseconds,
      exposureMicroseconds,
      timeoutMilliseconds,
      mode,
      gc,
      still: this.#options.still,
      prompt: this.#options.pipe,
      signal: this.#ending.aborted,
      interfaceVersion: AUSTIN_INTERFACE_VERSION,
      journal: capturing?.log,
      selection,
      begun: () => this.#sayBegun(targets),
      watchTables,
    });
    const result = await sampling.catch(async (error) => {
      // What was sampled is whole up to here.
      await this.#close(output);
      throw error;
    });
    // That the filters leave nothing is what the profile says.
    if (takenSamples(result.statistics) > 0 && output?.isHeld) {
      output.begin();
      output.take(encoder);
    }
    const closed = await this.#close(output);
    // What was sampled is safe; now the command may take its time.
    if (result.end === "exposure") this.#endCommand(pid, "SIGINT");
    const end = result.end === "target-ended" ? await this.#ending.commandEnd : undefined;
    const code = this.#conclude(output, pid, result, end);
    if (closed !== undefined) this.#say(closed);
    const failed = closed?.exitCode ?? (await this.#save(result.statistics.samples));
    return this.#exitCode(failed ?? code);
  }

  /** Say whom we sample, once the first sample is taken: a program may be over while that is put into words. */
  #sayBegun({ connections }: Targets): void {
    const { interpreter, known } = connections[0] as Connection;
    const { intervalMicroseconds, exposureMicroseconds } = this.#options;
    const version = interpreter.version.text;
    for (const one of this.#options.idleSwitches) this.#say(idleSwitch(one));
    for (const { interpreter } of connections) {
      const { pid, version, freeThreaded } = interpreter;
      if (freeThreaded) this.#say(untriedFreeThreading({ pid, version: version.text }));
    }
    if (!known) this.#say(unknownVersion({ version, supported: SUPPORTED_PYTHONS }));
    this.#say(
      samplingStarted({ pid: interpreter.pid, pythonVersion: version, intervalMicroseconds, exposureMicroseconds }),
    );
  }

  /** What of the profile is written, where that is not all. */
  async #selection(): Promise<ProfileSelection | undefined> {
    const { filters } = this.#options;
    return filters && new (await import("../../profile/selection.js")).ProfileSelection(filters);
  }

  /** Convert the profile as asked for; returns the exit code where that failed. */
  async #save(samples: number): Promise<ExitCode | undefined> {
    const saving = this.#saving;
    if (saving === undefined) return undefined;
    this.#isSaving = true;
    const messages = samples > 0 ? await saving.perform() : [];
    this.#isSaving = false;
    if (samples === 0) await saving.drop();
    for (const message of messages) this.#say(message);
    return messages.find(isFailure)?.exitCode;
  }

  /** What the run ends with, once its command has ended, too: the command's own status, unless we failed it. */
  async #exitCode(own: ExitCode): Promise<number> {
    const end = await this.#ending.allEnded();
    const isOurs = own !== ExitCode.OK && own !== ExitCode.LAUNCH_OR_ATTACH;
    if (end === undefined || isOurs || this.#options.pipe) return own;
    return commandStatus(end) || own;
  }

  /** Say how it ended and with what figures; returns the exit code. */
  #conclude(
    output: MojoOutput | undefined,
    pid: number,
    { end, statistics, refusal }: SessionResult,
    how?: ProcessEnd,
  ): ExitCode {
    const targetRunsOn = !this.#ending.hasCommand;
    let code: ExitCode = ExitCode.OK;
    switch (end) {
      case "target-ended":
        code = this.#say(targetEnded({ pid, ...(how && { end: how }) }));
        break;
      case "target-changed":
        code = this.#say(targetChanged({ pid }));
        break;
      case "exposure":
        code = this.#say(exposureOver({ pid, exposureMicroseconds: this.#options.exposureMicroseconds, targetRunsOn }));
        break;
      case "aborted":
        code = this.#say(this.#interrupted(pid));
        break;
      case "denied":
        if (refusal !== undefined) code = this.#say(deniedMessage(pid, refusal, !targetRunsOn));
        break;
      case "output-failed":
        break;
    }
    // As Austin does: whoever reads a pipe sees from the profile that it is empty.
    if (this.#options.pipe) return code;
    if (statistics.samples === 0) {
      const { durationMicroseconds } = statistics;
      const taken = takenSamples(statistics);
      const message =
        taken > 0
          ? filtersLeaveNothing({ pid, samples: taken })
          : nothingSampled({ pid, durationMicroseconds, mode: this.#options.mode });
      this.#say(message);
      if (code === ExitCode.OK) code = message.exitCode;
    }
    const written = {
      ...statistics,
      output: this.#saving?.isTemporary ? undefined : output && { path: this.#output, bytes: output.bytesWritten },
    };
    process.stderr.write(renderStatistics(written, this.#style, this.#options.children));
    const path = this.#options.capture;
    if (this.#captured !== undefined && path !== undefined) this.#say(captureWritten({ path, ...this.#captured }));
    this.#sayHeld(output);
    return code;
  }

  #endCommand(pid: number, signal: "SIGINT" | "SIGTERM"): void {
    this.#ending.endCommand(signal, (what) => {
      this.#say(what === "left" ? commandRunsOn({ pid }) : askedOnceMore({ pid }));
    });
  }

  #interrupted(pid: number): Message {
    return interrupted({ signal: this.#ending.signal ?? "SIGINT", pid, targetRunsOn: !this.#ending.hasCommand });
  }

  /** There is no interpreter to sample: say why, and end what was started. */
  async #giveUp(output: MojoOutput | undefined, pid: number, result: NoInterpreter): Promise<number> {
    const gone = result.kind === "gone" || (result.kind === "not-python" && (await this.#ending.endsByItself()));
    const { target, timeoutMilliseconds } = this.#options;
    const command = target.kind === "command" ? target.command : undefined;
    const pythons = gone ? [] : pythonsBelow(result, pid);
    if (!gone) this.#endCommand(pid, "SIGTERM");
    const endedWith = command !== undefined && !gone ? "SIGTERM" : undefined;
    const end = gone ? await this.#ending.commandEnd : undefined;
    const reason = gone && result.kind !== "gone" ? ({ kind: "gone", wasThere: true } as const) : result;
    return this.#leave(output, refusalMessage(reason, { pid, command, end, timeoutMilliseconds, pythons, endedWith }));
  }

  /** End without a profile. */
  async #leave(output: MojoOutput | undefined, message: Message): Promise<number> {
    this.#say(message);
    const failure = await this.#close(output);
    if (failure !== undefined) this.#say(failure);
    this.#sayHeld(output);
    await this.#saving?.drop();
    return this.#exitCode(message.exitCode);
  }

  /** What an earlier run has written may be taken for this one's. */
  #sayHeld(output: MojoOutput | undefined): void {
    if (output?.isHeld) this.#say(outputAsItWas({ path: output.path }));
  }

  /** Write everything out; what went wrong is a message. */
  async #close(output: MojoOutput | undefined): Promise<Message | undefined> {
    let failure: OutputError | undefined;
    try {
      await output?.close();
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      failure = error;
    }
    const captured = await this.#capturing?.close();
    if (captured instanceof OutputError) failure ??= captured;
    else this.#captured = captured;
    return failure && outputNotWritten(outputFacts(failure, this.#pathOf(failure)));
  }

  /** The path that a failure is about, as the user gave it. */
  #pathOf(error: OutputError): string | undefined {
    const { capture, save } = this.#options;
    return [capture, ...save].find((path) => path === error.path) ?? this.#output;
  }

  /** Print a message to stderr, with `-P` only if it tells of a failure; returns its exit code. */
  #say(message: Message): ExitCode {
    const failed = isFailure(message);
    this.#log.add(failed ? "err" : "info", message.text);
    if (this.#options.pipe && !failed) return message.exitCode;
    process.stderr.write(renderMessage(message, this.#style));
    return message.exitCode;
  }
}
