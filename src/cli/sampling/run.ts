// A run: from the options to a profile and the exit code: start or attach, connect, sample, end. Where results go is outputs.ts's, what is said
// report.ts's.
import { Decoder } from "../../decoder/index.js";
import { takenSamples } from "../../model/statistics.js";
import { loadDemangler } from "../../native/demangle.js";
import { connect } from "../../sampler/connect.js";
import { Decoders } from "../../sampler/decoders.js";
import type { Family } from "../../sampler/family.js";
import { connectFamily } from "../../sampler/family_connect.js";
import type { NativeMissing } from "../../sampler/native_options.js";
import type { OpenNative } from "../../sampler/native_ticks.js";
import { runSession, type Targets } from "../../sampler/session.js";
import { askForShortSlices } from "../../sampler/time_slices.js";
import { MojoSink, NOWHERE } from "../../sinks/mojo_sink.js";
import type { ProfileSelection } from "../../sinks/selection.js";
import { DescendantWatch, type PythonProcess } from "../../target/descendants.js";
import { LaunchError } from "../../target/launch.js";
import type { RunOptions } from "../austin/command_line.js";
import {
  askedOnceMore,
  commandNotStarted,
  commandRunsOn,
  interrupted,
  isFailure,
  type Message,
  nativeFramesMissing,
  notStarted,
} from "../messages/index.js";
import { type NoInterpreter, pythonsBelow, refusalMessage } from "../messages/refusal.js";
import { compileLater, compileSooner } from "../process/compilation.js";
import type { SystemLog } from "../process/system_log.js";
import { commandStatus, ExitCode } from "../words/exit_codes.js";
import { AUSTIN_INTERFACE_VERSION } from "../words/version.js";
import { Ending } from "./ending.js";
import { RunOutputs } from "./outputs.js";
import { prepareRun } from "./prepare.js";
import { RunReport } from "./report.js";
import { watchTables } from "./table_watch.js";

/**
 * Start or attach, sample, and say how it went; returns the exit code.
 * @param asks whether it is asked, as Austin does, if a profile without a place is to go to the terminal
 */
export async function run(options: RunOptions, log: SystemLog, asks: boolean): Promise<number> {
  const report = new RunReport(options, log);
  const outputs = await RunOutputs.open(options, asks);
  if (outputs === undefined) return ExitCode.OK;
  if ("exitCode" in outputs) return report.say(outputs);
  return new Run(options, outputs, report).run();
}

class Run {
  readonly #options: RunOptions;
  readonly #outputs: RunOutputs;
  readonly #report: RunReport;
  readonly #ending: Ending;
  #hasToldMissing = false;
  #family: Family | undefined;

  constructor(options: RunOptions, outputs: RunOutputs, report: RunReport) {
    this.#options = options;
    this.#outputs = outputs;
    this.#report = report;
    this.#ending = new Ending((isInsisted) => outputs.interrupt(isInsisted));
  }

  async run(): Promise<number> {
    this.#ending.listen();
    try {
      return await this.#run();
    } finally {
      this.#family?.close();
      await this.#ending.close();
    }
  }

  async #run(): Promise<number> {
    const { profile, capturing } = this.#outputs;
    const selection = await this.#selection();
    const mojo = new MojoSink({ destination: profile ?? NOWHERE, prompt: this.#options.pipe, selection });
    mojo.flush();

    const { target } = this.#options;
    const { aborted } = this.#ending;
    compileLater(this.#options.intervalMicroseconds);
    // All before the command is started: it takes as long as a short program lives.
    const newDecoder = (): Decoder => capturing?.decoder() ?? new Decoder();
    const decoder = newDecoder();
    const facts = target.kind === "command" ? await prepareRun(target.command, this.#options, aborted) : undefined;
    let pid: number;
    if (target.kind === "command") {
      const { signal } = this.#ending;
      if (signal !== undefined) return this.#leave(notStarted({ command: target.command, signal }));
      try {
        pid = await this.#ending.launch(target.command, target.args, {
          keepsOutput: !this.#outputs.usesStandardOutput,
          ours: this.#outputs.descriptors,
        });
      } catch (error) {
        if (!(error instanceof LaunchError)) throw error;
        return this.#leave(commandNotStarted({ command: target.command, errno: error.errno }));
      }
    } else {
      pid = target.pid;
    }
    this.#outputs.name(pid);

    askForShortSlices(this.#options.intervalMicroseconds);
    compileSooner(this.#options.intervalMicroseconds);
    const waiting = {
      timeoutMs: this.#options.timeoutMilliseconds,
      launched: this.#ending.hasCommand,
      signal: aborted,
      launcher: (child: number) => this.#ending.include(child),
      ...(facts && { facts }),
    };
    const below = waiting.launched && !this.#options.children ? new DescendantWatch(pid) : undefined;
    const found = this.#options.children
      ? await connectFamily(pid, waiting, new Decoders([decoder], newDecoder), this.#options, (family) =>
          this.#follow(family),
        )
      : await connect(pid, waiting, decoder, this.#options);
    const pythons = below?.stop();
    if (found.kind === "aborted") return this.#leave(this.#interrupted(pid));
    if (found.kind === "found") return this.#sample(mojo, pid, { connections: [found] }, selection);
    if (found.kind !== "family") return this.#giveUp(pid, found, pythons);
    return this.#sample(mojo, pid, found, selection);
  }

  #follow(family: Family): void {
    this.#family = family;
    this.#ending.follow(family);
  }

  async #sample(mojo: MojoSink, pid: number, targets: Targets, share: ProfileSelection | undefined): Promise<number> {
    const { intervalMicroseconds, exposureMicroseconds, timeoutMilliseconds, flushMilliseconds, mode, gc } =
      this.#options;
    const { profile } = this.#outputs;
    const sampling = runSession(targets, this.#outputs.sink(mojo, share), {
      intervalMicroseconds,
      exposureMicroseconds,
      timeoutMilliseconds,
      holdMicroseconds: 1000 * flushMilliseconds,
      mode,
      gc,
      still: this.#options.still,
      openNative: await this.#openNative(),
      nativeMissing: (missing) => this.#tellNativeMissing(missing),
      prompt: this.#options.pipe,
      signal: this.#ending.aborted,
      interfaceVersion: AUSTIN_INTERFACE_VERSION,
      share,
      begun: () => this.#report.begun(targets),
      watchTables,
    });
    const result = await sampling.catch(async (error) => {
      // What was sampled is whole up to here.
      await this.#outputs.close();
      throw error;
    });
    // That the filters leave nothing is what the profile says.
    if (takenSamples(result.statistics) > 0 && profile?.isHeld) {
      profile.begin();
      mojo.flush();
    }
    const closed = await this.#outputs.close();
    // What was sampled is safe; now the command may take its time.
    if (result.end === "exposure") this.#endCommand(pid, "SIGINT");
    const end = result.end === "target-ended" ? await this.#ending.commandEnd : undefined;
    const code = this.#report.concluded(result, this.#outputs, {
      pid,
      end,
      signal: this.#ending.signal,
      targetRunsOn: !this.#ending.hasCommand,
    });
    if (closed !== undefined) this.#report.say(closed);
    const failed = closed?.exitCode ?? (await this.#save(result.statistics.samples));
    return this.#exitCode(failed ?? code);
  }

  /** What takes samples with native frames, where some are wanted. */
  async #openNative(): Promise<OpenNative | undefined> {
    const { native, kernel } = this.#options;
    if (!native) return undefined;
    const { capturing } = this.#outputs;
    const { nativeOpener } = await import("../../sampler/native_ticks.js");
    return nativeOpener(kernel, ({ decoder }) => capturing?.native(decoder));
  }

  /** Of a family, one process stands for all. */
  #tellNativeMissing(missing: NativeMissing): void {
    if (!this.#hasToldMissing) this.#report.say(nativeFramesMissing(missing));
    this.#hasToldMissing = true;
  }

  /** What of the profile is written, where that is not all. */
  async #selection(): Promise<ProfileSelection | undefined> {
    const { filters, native } = this.#options;
    if (filters === undefined) return undefined;
    const { ProfileSelection } = await import("../../sinks/selection.js");
    return new ProfileSelection(filters, native ? await loadDemangler() : undefined);
  }

  /** Convert the profile as asked for; returns the exit code where that failed. */
  async #save(samples: number): Promise<ExitCode | undefined> {
    if (samples === 0) await this.#outputs.drop();
    const messages = samples > 0 ? await this.#outputs.save() : [];
    for (const message of messages) this.#report.say(message);
    return messages.find(isFailure)?.exitCode;
  }

  /** What the run ends with, once its command has ended, too: the command's own status, unless we failed it. */
  async #exitCode(own: ExitCode): Promise<number> {
    const end = await this.#ending.allEnded();
    const isOurs = own !== ExitCode.OK && own !== ExitCode.LAUNCH_OR_ATTACH;
    if (end === undefined || isOurs || this.#options.pipe) return own;
    return commandStatus(end) || own;
  }

  #endCommand(pid: number, signal: "SIGINT" | "SIGTERM"): void {
    this.#ending.endCommand(signal, (what) => {
      this.#report.say(what === "left" ? commandRunsOn({ pid }) : askedOnceMore({ pid }));
    });
  }

  #interrupted(pid: number): Message {
    return interrupted({ signal: this.#ending.signal ?? "SIGINT", pid, targetRunsOn: !this.#ending.hasCommand });
  }

  /**
   * There is no interpreter to sample: say why, and end what was started.
   * @param seen Pythons that the command was seen to have started
   */
  async #giveUp(pid: number, result: NoInterpreter, seen: readonly PythonProcess[] = []): Promise<number> {
    const gone = result.kind === "gone" || (result.kind === "not-python" && (await this.#ending.endsByItself()));
    const { target, timeoutMilliseconds, children } = this.#options;
    const command = target.kind === "command" ? target.command : undefined;
    const pythons = gone ? seen : pythonsBelow(result, pid);
    if (!gone) this.#endCommand(pid, "SIGTERM");
    const endedWith = command !== undefined && !gone ? "SIGTERM" : undefined;
    const end = gone ? await this.#ending.commandEnd : undefined;
    const reason = gone && result.kind !== "gone" ? ({ kind: "gone", wasThere: true } as const) : result;
    return this.#leave(
      refusalMessage(reason, { pid, command, end, timeoutMilliseconds, pythons, endedWith, children }),
    );
  }

  /** End without a profile. */
  async #leave(message: Message): Promise<number> {
    this.#report.say(message);
    const failure = await this.#outputs.close();
    if (failure !== undefined) this.#report.say(failure);
    const held = this.#outputs.heldRemark();
    if (held !== undefined) this.#report.say(held);
    this.#outputs.takeBack();
    await this.#outputs.drop();
    return this.#exitCode(message.exitCode);
  }
}
