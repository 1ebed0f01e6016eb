// The system's log: syslog, or a file where there is none. In: lines. Out: nothing; a log that can't be written is no
// concern of whoever writes. It bounds the time that it takes, not the lines.
import { spawn } from "node:child_process";
import { appendFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a log that does not take its lines may cost, for all of them. */
const PATIENCE_MILLISECONDS = 1000;
/** Where Linux has its syslog; Node opens no socket of this kind, but every system with syslog has `logger`. */
const SYSLOG_SOCKET = "/dev/log";

/** As syslog has them; the facility is Austin's. */
export type LogLevel = "info" | "err";
const FACILITY = "local1";

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** Write lines to the log of a system, if it has one. */
export async function writeSystemLog(lines: readonly LogLine[], platform = process.platform): Promise<void> {
  if (platform === "win32") appendToFile(lines);
  else if (platform !== "linux" || isSocket(SYSLOG_SOCKET)) await giveToLogger(lines);
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

function appendToFile(lines: readonly LogLine[]): void {
  const time = new Date().toISOString().replace("T", " ").slice(0, 19);
  try {
    appendFileSync(
      join(tmpdir(), "austin.log"),
      lines.map(({ text }) => `${time} austin[${process.pid}]: ${text}\n`).join(""),
    );
  } catch {
    // There is no log, then.
  }
}

/** One `logger` for each stretch of lines of one level, in their order. */
async function giveToLogger(lines: readonly LogLine[]): Promise<void> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (let first = 0; first < lines.length; ) {
    const { level } = lines[first] as LogLine;
    const next = lines.findIndex((line, i) => i > first && line.level !== level);
    const stretch = lines.slice(first, next < 0 ? lines.length : next);
    const left = end - performance.now();
    if (left < 1) return;
    await runLogger(level, stretch.map(({ text }) => `${text}\n`).join(""), Math.ceil(left));
    first += stretch.length;
  }
}

/** Resolves when it is over, whatever became of it. */
function runLogger(level: LogLevel, text: string, patienceMilliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const logger = spawn("logger", ["-t", `austin[${process.pid}]`, "-p", `${FACILITY}.${level}`], {
      stdio: ["pipe", "ignore", "ignore"],
      timeout: patienceMilliseconds,
      killSignal: "SIGKILL",
    });
    logger.on("error", () => resolve());
    logger.on("exit", () => resolve());
    logger.stdin.on("error", () => {}); // it ended without reading
    logger.stdin.end(text);
  });
}
