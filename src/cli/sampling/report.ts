// What a run says, and the exit code that goes with it. In: how far it is, how it ended, its figures. Out: messages on standard error and in
// the system's log; with `-P` only those that tell of a failure. It decides nothing about the run.
import { host } from "../../host/index.js";
import { takenSamples } from "../../model/statistics.js";
import type { Connection } from "../../sampler/connect.js";
import type { Targets } from "../../sampler/session.js";
import type { SessionResult } from "../../sampler/session_end.js";
import type { ProcessEnd } from "../../target/launch.js";
import type { RunOptions } from "../austin/command_line.js";
import {
  exposureOver,
  filtersLeaveNothing,
  idleSwitch,
  interrupted,
  isFailure,
  type Message,
  nothingSampled,
  renderMessage,
  samplingStarted,
  targetChanged,
  targetEnded,
  unknownVersion,
  untriedFreeThreading,
  untriedPlace,
} from "../messages/index.js";
import { deniedMessage } from "../messages/refusal.js";
import type { SystemLog } from "../process/system_log.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import { type EndingSignal, ExitCode } from "../words/exit_codes.js";
import { SUPPORTED_PYTHONS } from "../words/version.js";
import type { RunOutputs } from "./outputs.js";
import { renderStatistics } from "./statistics.js";

/** What became of the process, beside the session's own result. */
export interface TargetFate {
  readonly pid: number;
  /** Whether we have not started it, so that it runs on. */
  readonly targetRunsOn: boolean;
  /** How the command ended, if it has. */
  readonly end?: ProcessEnd | undefined;
  /** The signal that ended the run. */
  readonly signal?: EndingSignal | undefined;
}

export class RunReport {
  readonly #options: RunOptions;
  readonly #log: SystemLog;
  readonly #style = createStyle(takesColour(process.stderr, process.env));

  constructor(options: RunOptions, log: SystemLog) {
    this.#options = options;
    this.#log = log;
  }

  /** Print a message to stderr, with `-P` only if it tells of a failure; returns its exit code. */
  say(message: Message): ExitCode {
    const failed = isFailure(message);
    this.#log.add(failed ? "err" : "info", message.text);
    if (this.#options.pipe && !failed) return message.exitCode;
    process.stderr.write(renderMessage(message, this.#style));
    return message.exitCode;
  }

  /** Say whom we sample, once the first sample is taken: a program may be over while that is put into words. */
  begun({ connections }: Targets): void {
    const { interpreter, known } = connections[0] as Connection;
    const { intervalMicroseconds, exposureMicroseconds } = this.#options;
    const version = interpreter.version.text;
    for (const one of this.#options.idleSwitches) this.say(idleSwitch(one));
    for (const { interpreter } of connections) {
      const { pid, version, freeThreaded } = interpreter;
      if (freeThreaded) this.say(untriedFreeThreading({ pid, version: version.text }));
    }
    for (const notice of untriedPlace(host.name, process.arch)) this.say(notice);
    if (!known) this.say(unknownVersion({ version, supported: SUPPORTED_PYTHONS }));
    this.say(
      samplingStarted({ pid: interpreter.pid, pythonVersion: version, intervalMicroseconds, exposureMicroseconds }),
    );
  }

  /** Say how the run ended and with what figures; returns the exit code. */
  concluded(result: SessionResult, outputs: RunOutputs, fate: TargetFate): ExitCode {
    const { statistics } = result;
    const end = this.#endMessage(result, fate);
    const code = end === undefined ? ExitCode.OK : this.say(end);
    // As Austin does: whoever reads a pipe sees from the profile that it is empty.
    if (this.#options.pipe) return code;
    const empty = statistics.samples > 0 ? ExitCode.OK : this.say(this.#emptyMessage(result, fate.pid));
    const output = outputs.written(statistics.samples);
    process.stderr.write(renderStatistics({ ...statistics, output }, this.#style, this.#options.children));
    for (const remark of [outputs.captureRemark(), outputs.heldRemark()]) if (remark) this.say(remark);
    return code === ExitCode.OK ? empty : code;
  }

  #endMessage({ end, refusal }: SessionResult, fate: TargetFate): Message | undefined {
    const { pid, targetRunsOn } = fate;
    switch (end) {
      case "target-ended":
        return targetEnded({ pid, ...(fate.end && { end: fate.end }) });
      case "target-changed":
        return targetChanged({ pid });
      case "exposure":
        return exposureOver({ pid, exposureMicroseconds: this.#options.exposureMicroseconds, targetRunsOn });
      case "aborted":
        return interrupted({ signal: fate.signal ?? "SIGINT", pid, targetRunsOn });
      case "denied":
        return refusal && deniedMessage(pid, refusal, !targetRunsOn);
      case "output-failed":
        return undefined;
    }
  }

  #emptyMessage({ statistics }: SessionResult, pid: number): Message {
    const taken = takenSamples(statistics);
    if (taken > 0) return filtersLeaveNothing({ pid, samples: taken });
    return nothingSampled({
      pid,
      durationMicroseconds: statistics.durationMicroseconds,
      mode: this.#options.mode,
    });
  }
}
