// Messages name the facts they are given and carry the right exit code.
import { describe, expect, it } from "vitest";
import { describeErrno } from "../../../src/cli/messages/errno.js";
import {
  askedOnceMore,
  binaryToTerminalQuestion,
  commandEndedTooQuickly,
  commandNotStarted,
  commandRunsOn,
  exposureOver,
  foreignProc,
  idleSwitch,
  interpreterNotFound,
  interrupted,
  isYes,
  type Message,
  noSuchProcess,
  nothingInTheWay,
  nothingSampled,
  notPython,
  outputNotOpened,
  outputNotWritten,
  renderMessage,
  samplingStarted,
  targetEnded,
  unexpectedError,
  unknownVersion,
  unsupportedVersion,
  untriedFreeThreading,
  untriedProcessor,
  untriedSystem,
} from "../../../src/cli/messages/index.js";
import { createStyle } from "../../../src/cli/terminal/terminal.js";

/** Python 3.9.0 to 3.15.0, from process 10 on. */
const PYTHONS = Array.from({ length: 7 }, (_, i) => ({ pid: 10 + i, version: `3.${9 + i}.0` }));

const cases: [name: string, message: Message, exitCode: number, facts: string[]][] = [
  [
    "no such command",
    commandNotStarted({ command: "snafubar", errno: -2 }),
    1,
    ["Cannot launch", "'snafubar'", "ENOENT", "PATH"],
  ],
  ["no such file", commandNotStarted({ command: "./x", errno: 2 }), 1, ["'./x'", "no such file", "first line"]],
  ["not executable", commandNotStarted({ command: "./x.py", errno: -13 }), 1, ["EACCES", "austin python3 FILE"]],
  ["no program", commandNotStarted({ command: "./x", errno: -8 }), 1, ["ENOEXEC", "not a program for this machine"]],
  ["another reason", commandNotStarted({ command: "./x", errno: -11 }), 1, ["EAGAIN"]],
  [
    "ended too quickly",
    commandEndedTooQuickly({ command: "true", pid: 7, end: { exitCode: 3, signal: null } }),
    1,
    ["'true'", "too quickly", "Process 7", "exit code 3", "-C before the command"],
  ],
  [
    "a launcher that ended",
    commandEndedTooQuickly({
      command: "run",
      pid: 7,
      end: { exitCode: 0, signal: null },
      pythons: PYTHONS.slice(0, 1),
    }),
    1,
    ["too quickly", "It has started process 10, Python 3.9.0.", "-C before the command"],
  ],
  [
    "a command without a Python, children included",
    commandEndedTooQuickly({ command: "true", pid: 7, end: { exitCode: 0, signal: null }, children: true }),
    1,
    ["too quickly", "Nor was one seen in a process that it started"],
  ],
  [
    "killed too quickly",
    commandEndedTooQuickly({ command: "true", pid: 7, end: { exitCode: null, signal: "SIGSEGV" } }),
    1,
    ["was ended by SIGSEGV"],
  ],
  [
    "no process",
    noSuchProcess({ pid: 9, zombie: false, wasThere: false, idsHere: [] }),
    1,
    ["Cannot attach", "process 9", "no such process"],
  ],
  [
    "a zombie",
    noSuchProcess({ pid: 9, zombie: true, wasThere: false, idsHere: [] }),
    1,
    ["Cannot attach", "it has ended"],
  ],
  [
    "a process that ended meanwhile",
    noSuchProcess({ pid: 9, zombie: true, wasThere: true, idsHere: [] }),
    1,
    ["process 9: it ended while"],
  ],
  [
    "a number of a container's",
    noSuchProcess({ pid: 9, zombie: false, wasThere: false, idsHere: [70, 80] }),
    1,
    ["In another PID namespace", "-p 70 or -p 80"],
  ],
  ["the machine is fit", nothingInTheWay({ pid: undefined, bad: undefined }), 0, ["Nothing stands", "--doctor PID"]],
  ["the machine isn't", nothingInTheWay({ pid: undefined, bad: "ptrace_scope" }), 2, ["Nothing can", "ptrace_scope"]],
  ["a strange /proc", foreignProc({ pid: 9 }), 1, ["process 9", "another PID namespace", "--mount-proc"]],
  ["not Python", notPython({ pid: 9, executable: "/bin/sh" }), 10, ["Cannot determine", "process 9", "/bin/sh", "-C"]],
  ["the kernel's", notPython({ pid: 9, executable: "" }), 10, ["process 9 is not Python", "a thread of the kernel"]],
  [
    "a launcher",
    notPython({ pid: 9, executable: "/bin/sh", command: "run", pythons: PYTHONS.slice(0, 1), endedWith: "SIGTERM" }),
    10,
    ["process 10, Python 3.9.0.", "-C before the command", "SIGTERM to 'run'"],
  ],
  [
    "many below it",
    notPython({ pid: 9, executable: "/bin/sh", pythons: PYTHONS }),
    10,
    ["process 10, Python 3.9.0; process 11", "process 14, Python 3.13.0; and 2 more", "-C -p 9", "-p 10"],
  ],
  [
    "unsupported",
    unsupportedVersion({ pid: 9, interpreter: "Python 2.7.18", supported: "3.9 to 3.15" }),
    10,
    ["Unsupported Python version", "Python 2.7.18", "process 9", "3.9 to 3.15"],
  ],
  ["another processor", untriedProcessor("arm64") as Message, 0, ["arm64", "order of stores", "--still always"]],
  ["another system", untriedSystem("macOS") as Message, 0, ["macOS", "not yet run live", "No stack is proven"]],
  ["Windows", untriedSystem("Windows") as Message, 0, ["Windows", "Wine", "marked unproven"]],
  ["no GIL", untriedFreeThreading({ pid: 9, version: "3.14.2" }), 0, ["3.14.2", "process 9", "free-threaded"]],
  ["newer", unknownVersion({ version: "3.16.0", supported: "3.9 to 3.15" }), 0, ["3.16.0", "3.9 to 3.15"]],
  [
    "timed out",
    interpreterNotFound({ pid: 9, executable: "/usr/bin/uwsgi", timeoutMilliseconds: 3000, missing: "no thread yet" }),
    10,
    ["Cannot determine", "process 9", "/usr/bin/uwsgi", "3000 ms", "no thread yet", "-t", "-C"],
  ],
  [
    "timed out above Python",
    interpreterNotFound({ pid: 9, executable: "/bin/sh", timeoutMilliseconds: 3000, pythons: PYTHONS.slice(1, 2) }),
    10,
    ["process 11, Python 3.10.0", "-C -p 9, or one alone: -p 11"],
  ],
  ["no output", outputNotOpened({ path: "/no/f", call: "open", errno: -2 }), 5, ["'/no/f'", "open", "ENOENT"]],
  [
    "disk full",
    outputNotWritten({ path: "f", call: "write", errno: -28, bytesWritten: 512 }),
    5,
    ["'f'", "write", "ENOSPC", "512 bytes", "can be read"],
  ],
  [
    "disk full at once",
    outputNotWritten({ path: "f", call: "write", errno: -28, bytesWritten: 0 }),
    5,
    ["ENOSPC", "Nothing was written"],
  ],
  [
    "pipe closed",
    outputNotWritten({ path: undefined, call: "write", errno: -32, bytesWritten: 4 }),
    5,
    ["standard output", "EPIPE", "closed"],
  ],
  [
    "nothing sampled",
    nothingSampled({ pid: 9, durationMicroseconds: 1500, mode: "wall" }),
    1,
    ["No samples collected", "Process 9", "1.5 ms"],
  ],
  [
    "no memory taken",
    nothingSampled({ pid: 9, durationMicroseconds: 1500, mode: "memory" }),
    0,
    ["No samples collected", "Process 9", "1.5 ms", "resident memory"],
  ],
  ["no effect beside -f", idleSwitch({ option: "-m", beside: "-f" }), 0, ["-m has no effect beside -f"]],
  ["no effect beside -m", idleSwitch({ option: "-c", beside: "-m" }), 0, ["-c has no effect beside -m"]],
  ["target ended", targetEnded({ pid: 9 }), 0, ["Process 9 has ended"]],
  [
    "command ended",
    targetEnded({ pid: 9, end: { exitCode: 7, signal: null } }),
    0,
    ["Process 9 ended with exit code 7"],
  ],
  ["SIGINT", interrupted({ signal: "SIGINT", pid: 9, targetRunsOn: true }), 254, ["SIGINT", "process 9 runs on"]],
  ["SIGTERM", interrupted({ signal: "SIGTERM", pid: 9, targetRunsOn: false }), 241, ["SIGTERM", "told to end"]],
  ["SIGHUP", interrupted({ signal: "SIGHUP", pid: 9, targetRunsOn: false }), 255, ["SIGHUP"]],
  ["told once more", askedOnceMore({ pid: 9 }), 0, ["Process 9 has not ended", "SIGTERM"]],
  ["left", commandRunsOn({ pid: 9 }), 0, ["Process 9", "runs on", "kill -KILL 9"]],
  [
    "exposure",
    exposureOver({ pid: 9, exposureMicroseconds: 2e6, targetRunsOn: true }),
    254,
    ["2 s", "process 9 runs on"],
  ],
  [
    "start",
    samplingStarted({ pid: 9, pythonVersion: "3.12.1", intervalMicroseconds: 100, exposureMicroseconds: 5e5 }),
    0,
    ["Python version: 3.12.1", "process 9", "every 100 us", "for 500 ms"],
  ],
  [
    "free running start",
    samplingStarted({ pid: 9, pythonVersion: "3.9.18", intervalMicroseconds: 0, exposureMicroseconds: 0 }),
    0,
    ["process 9 without a pause."],
  ],
  ["a bug", unexpectedError({ error: new RangeError("out of everything") }), 70, ["RangeError: out of everything"]],
  ["a thrown string", unexpectedError({ error: "oops" }), 70, ["oops"]],
];

describe("messages", () => {
  it.each(cases)("%s", (_, message, exitCode, facts) => {
    expect(message.exitCode).toBe(exitCode);
    for (const fact of facts) expect(message.text).toContain(fact);
    expect(message.text).not.toMatch(/undefined|null|NaN|\[object/);
    expect(message.text).toBe(message.text.trim());
  });

  it.each([
    [1, "EPERM (operation not permitted)"],
    [-1, "EPERM (operation not permitted)"],
    [8, "ENOEXEC"],
    [9999, "error 9999"],
  ])("errno %i is %s", (errno, text) => {
    expect(describeErrno(errno)).toBe(text);
  });
});

describe("rendering", () => {
  it("ends with a newline, and marks only the first line, by what it means", () => {
    const message: Message = { text: "what\nwhy", exitCode: 1 };
    expect(renderMessage(message, createStyle(false))).toBe("what\nwhy\n");
    expect(renderMessage(message, createStyle(true))).toBe("\x1b[1;31mwhat\x1b[0m\nwhy\n");
    expect(renderMessage({ ...message, exitCode: 0 }, createStyle(true))).toBe("\x1b[1mwhat\x1b[0m\nwhy\n");
    expect(renderMessage({ ...message, exitCode: 254 }, createStyle(true))).toBe("\x1b[1mwhat\x1b[0m\nwhy\n");
  });
});

describe("binary to a terminal", () => {
  it("asks on a line of its own and waits behind it", () => {
    expect(binaryToTerminalQuestion(createStyle(false))).toMatch(/^\nWARNING .*\n\n.* \[y\/N\] $/);
  });

  it.each([
    ["y", true],
    ["Y", true],
    ["y\n", true],
    ["n", false],
    ["yes", false],
    ["", false],
    [undefined, false],
  ])("the answer %j is %s", (answer, yes) => {
    expect(isYes(answer)).toBe(yes);
  });
});
