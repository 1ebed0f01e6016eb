// How a command is started so that it has what it would have without us. In: the command, in bytes, and what we inherited.
// Out: what to give to Node's spawn. It starts nothing.
//
// Node starts programs with all signals at their defaults, the limit of open files that it has raised for itself, and words
// in UTF-8 alone. Where that is not what we inherited, the command is started through sh, which ignores signals, lowers the limit,
// closes descriptors and makes bytes of escapes, and env, which has names that sh can't have as variables. Both become the command:
// the process stays the one that Node has started. Where nothing of it is needed, there is nothing in between.
import { isUtf8 } from "node:buffer";

/** What the command is to have. */
export interface Heritage {
  /** Signals to ignore, and to block, by number. */
  readonly ignored: readonly number[];
  readonly blocked: readonly number[];
  /** The soft limit of open files, where it isn't what we have ourselves. */
  readonly openFiles: string | undefined;
  /** Of the standard descriptors, those that are closed. */
  readonly closed: readonly number[];
  readonly environment: readonly Buffer[];
  /** Our own process id: variables that name it are to name the command's. */
  readonly pid: number;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Variables by which systemd tells a program that what it passes on is for this very process. */
const OF_PROCESS = /^(?:LISTEN_PID|WATCHDOG_PID|SYSTEMD_EXEC_PID)=(\d+)$/;
/** It names the process by other means, which nobody could know beforehand; without it the process id decides. */
const OF_PROCESS_DESCRIPTOR = "LISTEN_PIDFDID=";

/** @param words the command and its arguments; the command is there and can be started */
export function startOf(words: readonly Buffer[], heritage: Heritage): Start {
  const { ignored, blocked, openFiles, closed, environment } = heritage;
  const env = asRecord(environment);
  const isPlain = ignored.length === 0 && blocked.length === 0 && openFiles === undefined && closed.length === 0;
  if (isPlain && env !== undefined && words.every(isUtf8) && !environment.some((one) => namesUs(one, heritage.pid))) {
    const [command, ...args] = words.map(String) as [string, ...string[]];
    return { command, args, env };
  }
  return throughShell(words, heritage);
}

/** Variables as Node has them; undefined where it would change one. */
function asRecord(environment: readonly Buffer[]): Record<string, string> | undefined {
  const record: Record<string, string> = Object.create(null);
  for (const entry of environment) {
    const text = entry.toString();
    const end = text.indexOf("=");
    if (end < 1 || !isUtf8(entry) || text.slice(0, end) in record) return undefined;
    record[text.slice(0, end)] = text.slice(end + 1);
  }
  return record;
}

function throughShell(
  words: readonly Buffer[],
  { ignored, blocked, openFiles, closed, environment, pid }: Heritage,
): Start {
  // env takes what has no name for the command.
  const variables = environment.filter((entry) => entry.indexOf("=") > 0);
  const isListening = variables.some((entry) => namesUs(entry, pid));
  const given = variables.filter(
    (entry) => !isListening || !entry.toString("latin1").startsWith(OF_PROCESS_DESCRIPTOR),
  );
  // env takes a command with "=" in its name for a variable; nice doesn't, and 0 changes nothing.
  const guard = words[0]?.includes("=") ? ["nice", "-n", "0"].map((word) => Buffer.from(word)) : [];

  const decoded: string[] = [];
  const parameters: string[] = [];
  const quoted = [...given, ...guard, ...words].map((word, i) => {
    if (i < given.length && namesUs(word, pid)) return `"${word.toString().split("=")[0]}=$$"`;
    if (isUtf8(word)) return `"\${${parameters.push(word.toString())}}"`;
    const name = `w${decoded.length}`;
    // The full stop keeps newlines at the end.
    decoded.push(`${name}=$(printf "\${${parameters.push(escaped(word))}}.")`, `${name}=\${${name}%.}`);
    return `"$${name}"`;
  });
  const blocking = blocked.length > 0 ? ` --block-signal=${blocked.join(",")}` : "";
  const closing = closed.map((descriptor) => ` ${descriptor}<&-`).join("");
  const script = [
    ...decoded,
    ...ignoring(ignored),
    ...(openFiles !== undefined ? [`ulimit -Sn ${openFiles}`] : []),
    `exec /usr/bin/env${blocking} -i -- ${quoted.join(" ")}${closing}`,
  ].join("\n");
  // Bytes are characters to it, whatever the language.
  return { command: "/bin/sh", args: ["-c", script, "sh", ...parameters], env: { LC_ALL: "C" } };
}

/** A line of sh, if one is needed, behind which signals are ignored. */
export function ignoring(signals: readonly number[]): string[] {
  return signals.length > 0 ? [`trap '' ${signals.join(" ")}`] : [];
}

function namesUs(entry: Buffer, pid: number): boolean {
  return OF_PROCESS.exec(entry.toString("latin1"))?.[1] === String(pid);
}

/** A word for printf, in ASCII. */
function escaped(word: Buffer): string {
  return word
    .toString("latin1")
    .replace(/[^\w/.,:=+]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
