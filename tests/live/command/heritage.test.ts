// What a launched command inherits: what it has without us, but for what doc/running.md names. A probe (tests/targets/heritage.py) is
// run bare, and then by bin/austin, from one shell that has something to pass on.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import {
  austinPath,
  austinWords,
  freshPath,
  frontPath as front,
  readWholeProfile,
  runAustin,
  scratch,
  startAustin,
  untilWritten,
} from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const python = pythons().findLast(({ debug, wordSize }) => !debug && wordSize === 8) as Python;
const execute = promisify(execFile);

afterEach(assertNoLeftovers);

interface Facts extends Readonly<Record<string, unknown>> {
  readonly pid: number;
  readonly ignored: string;
  readonly blocked: string;
  readonly descriptors: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, readonly [soft: number, hard: number]>>;
  readonly words: readonly string[];
  readonly environment: readonly string[];
  readonly terminal: boolean | null;
  readonly umask: number;
  readonly nice: number;
  readonly slack: number;
  readonly oom: string;
}

interface Both {
  readonly bare: Facts;
  readonly ours: Facts;
}

/** A script that prepares, and then runs the probe bare and by us. Its words are the arguments of both. */
function script(preparation: string, bare: string, ours: string, through = ""): string {
  const probe = `'${python.path}' '${targetPath("heritage.py")}'`;
  return `${preparation}
${through} ${probe} ${bare} "$@" && ${through} '${front}' -o ${freshPath()} ${probe} ${ours} "$@"`;
}

async function both(
  preparation: string,
  { through = "", words = [], outer = [] }: { through?: string; words?: string[]; outer?: string[] } = {},
): Promise<Both> {
  const [bare, ours] = [freshPath("bare.json"), freshPath("ours.json")];
  const text = script(preparation, bare, ours, through);
  const [command, ...args] = [...outer, "/bin/sh", "-c", text, "sh", ...words] as [string, ...string[]];
  const child = spawn(command, args, { stdio: "pipe" });
  child.stdin.end();
  child.stdout.resume();
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk.toString();
  });
  const [code] = await once(child, "close");
  expect(code, told).toBe(0);
  const [one, other] = [bare, ours].map((path) => JSON.parse(readFileSync(path, "utf8")) as Facts) as [Facts, Facts];
  return { bare: one, ours: other };
}

/** The two are equal but for the process id; returns what they are. */
function same({ bare, ours }: Both): Facts {
  expect({ ...ours, pid: 0 }).toEqual({ ...bare, pid: 0 });
  return ours;
}

describe("a launched command has what it has without us", () => {
  it("where nothing is special", async () => {
    same(await both(":"));
  });

  it("ignored signals, as of nohup and background jobs", async () => {
    const { ignored } = same(await both("trap '' HUP INT QUIT USR1 USR2 TERM TSTP 36"));
    expect(BigInt(`0x${ignored}`)).toBe(
      [1, 2, 3, 10, 12, 15, 20, 36].reduce((all, one) => all | (1n << BigInt(one - 1)), 0n),
    );
  });

  it("blocked signals", async () => {
    const { blocked } = same(await both(":", { through: "env --block-signal=USR2,TERM" }));
    expect(blocked).toBe("0000000000004800");
  });

  it("a session of its own", async () => {
    const { terminal } = same(await both(":", { outer: ["setsid", "-w"] }));
    expect(terminal).toBeNull();
  });

  it.each([
    ["from 3 to 20", Array.from({ length: 18 }, (_, i) => i + 3)],
    ["with gaps, and further up", [4, 5, 9, 11, 15, 16, 18, 40, 300]],
  ])("descriptors %s", async (_, numbers) => {
    // sh has no way to write numbers of two digits.
    const open = `import os, sys
for number in map(int, sys.argv[1].split(",")):
    os.dup2(os.open("/etc/passwd", os.O_RDONLY), number)
    os.set_inheritable(number, True)
os.execvp(sys.argv[2], sys.argv[2:])`;
    const { descriptors } = same(await both(":", { outer: [python.path, "-c", open, numbers.join(",")] }));
    for (const number of numbers) expect(descriptors[number]).toBe("/etc/passwd");
  });

  it.each(["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-", "0<&- 5</etc/passwd"])(
    "closed descriptors: %s",
    async (closing) => {
      same(await both(`exec ${closing}`));
    },
  );

  it("a soft limit of 20 open files, and other limits", async () => {
    const { limits } = same(await both("ulimit -Sn 20; ulimit -c 0; ulimit -Ss 4096"));
    expect(limits.RLIMIT_NOFILE?.[0]).toBe(20);
  });

  it("umask, nice, folder, timer slack, OOM score", async () => {
    const preparation = `umask 027; cd '${scratch}'; echo 70000 >/proc/$$/timerslack_ns; echo 300 >/proc/$$/oom_score_adj`;
    const { umask, nice, slack, oom } = same(await both(preparation, { outer: ["nice", "-n", "3"] }));
    expect([umask, nice, slack, oom]).toEqual([0o027, Math.min(19, getPriority() + 3), 70_000, "300"]);
  });

  it("names and values of variables that are any bytes, and their order", async () => {
    const through =
      "env -i Z=1 'A.B=x y' 'BASH_FUNC_f%%=() { :; }' PATH=\"$PATH\" \"$(printf 'n\\377=\\376')\" 'E=' 'L=a\nb\n\n'";
    const { environment } = same(
      await both(":", { through: `${through} "AUSTIN_TS_DESCENDS_FROM=$AUSTIN_TS_DESCENDS_FROM"` }),
    );
    expect(environment.slice(0, 3)).toEqual(["Z=1", "A.B=x y", "BASH_FUNC_f%%=() { :; }"]);
    expect(environment.slice(4, 7)).toEqual(["n\xff=\xfe", "E=", "L=a\nb\n\n"]);
  });

  it("a large environment", async () => {
    const { environment } = same(await both('LARGE=$(printf "%0120000d" 1) LARGER=$LARGE; export LARGE LARGER'));
    expect(environment.filter((one) => one.length > 120_000)).toHaveLength(2);
  });

  it("arguments that are any bytes", async () => {
    const through = `set -- "$(printf 'x\\377')" '' 'a=b' "$(printf -- '-n\\200%%d\\\\\\n\\n.')" "it's" 'ü'; `;
    const { words } = same(await both(through));
    expect(words.slice(-6)).toEqual(["x\xff", "", "a=b", "-n\x80%d\\\n\n.", "it's", "Ã¼"]);
  });

  it("a terminal, in the foreground", async () => {
    const [bare, ours] = [freshPath("bare.json"), freshPath("ours.json")];
    const harness = join(projectRoot, "tests/terminal.py");
    const words = ["/bin/sh", "-c", script(":", bare, ours)];
    const { stdout } = await execute(python.path, [harness, "[]", ...words]);
    expect(JSON.parse(stdout)).toMatchObject({ how: 0 });
    const [one, other] = [bare, ours].map((path) => JSON.parse(readFileSync(path, "utf8")) as Facts) as [Facts, Facts];
    expect(same({ bare: one, ours: other }).terminal).toBe(true);
  });
});

describe("bytes", () => {
  it("arrive without the front, too", async () => {
    const facts = freshPath("facts.json");
    const text = `XX="$(printf 'v\\377')" exec '${process.execPath}' '${austinPath}' -o ${freshPath()} '${python.path}' '${targetPath("heritage.py")}' ${facts} "$(printf 'x\\377')"`;
    await execute("/bin/sh", ["-c", text]);
    const { words, environment } = JSON.parse(readFileSync(facts, "utf8")) as Facts;
    expect(words.at(-1)).toBe("x\xff");
    expect(environment).toContain("XX=v\xff");
  });

  it("may be a command's name, with what env takes for a variable", async () => {
    const facts = freshPath("facts.json");
    const text = `cd '${scratch}' && ln -sf '${python.path}' "$(printf 'py\\377=3')" &&
exec '${front}' -o ${freshPath()} "./$(printf 'py\\377=3')" '${targetPath("heritage.py")}' ${facts}`;
    await execute("/bin/sh", ["-c", text]);
    expect((JSON.parse(readFileSync(facts, "utf8")) as Facts).words[0]).toBe("./py\xff=3");
  });
});

it("variables by which systemd names the process name the command, and its sockets are there", async () => {
  const facts = freshPath("facts.json");
  const text = `exec 3</etc/passwd; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_PIDFDID=1 WATCHDOG_PID=1
exec '${front}' -o ${freshPath()} '${python.path}' '${targetPath("heritage.py")}' ${facts}`;
  await execute("/bin/sh", ["-c", text]);
  const { pid, environment, descriptors } = JSON.parse(readFileSync(facts, "utf8")) as Facts;
  expect(environment).toEqual(expect.arrayContaining([`LISTEN_PID=${pid}`, "LISTEN_FDS=1", "WATCHDOG_PID=1"]));
  expect(environment.filter((one) => one.startsWith("LISTEN_PIDFDID"))).toEqual([]);
  expect(descriptors[3]).toBe("/etc/passwd");
});

describe("a command that can't be started is told with the call's own error", () => {
  it.each([
    ["/nowhere/python", "ENOENT"],
    ["no-such-program", "ENOENT"],
    ["/etc/passwd", "EACCES"],
  ])("%s", async (command, error) => {
    // With a signal to ignore, sh is in between.
    const through = ["sh", "-c", `trap '' HUP; shift ${austinWords.length}; exec '${front}' "$@"`, "sh"];
    const { how, stderr } = await runAustin(["-o", freshPath(), command], { through });
    expect(how).toBe(1);
    expect(stderr).toContain(`Cannot launch the given command '${command}': ${error}`);
  });
});

describe("the front", () => {
  it("is found through symbolic links, and passes on what it is asked", async () => {
    const link = join(scratch, "austin");
    symlinkSync(front, link);
    const { stdout } = await execute("austin", ["-V"], {
      env: { ...process.env, PATH: `${scratch}:${process.env.PATH}` },
    });
    expect(stdout).toBe((await runAustin(["-V"])).stdout.toString());
  });

  it("says so where fewer files may be open than Node needs", async () => {
    const { how, stderr } = await runAustin(["-V"], { through: ["sh", "-c", `ulimit -n 20; exec '${front}' -V`] });
    expect(how).toBe(1);
    expect(stderr).toContain("the hard limit of open files (RLIMIT_NOFILE) is 20, and ");
  });
});

describe("a limited address space", () => {
  const limited = (words: string): readonly string[] => ["sh", "-c", `ulimit -v 4000000; exec ${words} "$@"`, "sh"];
  it("is enough for the command, and is the program's, too", async () => {
    const limit =
      "import resource, time; print(resource.getrlimit(resource.RLIMIT_AS)[0] >> 10, flush=True); time.sleep(0.5)";
    const [command, ...args] = [...limited(`'${front}'`), "-o", freshPath("limited.mojo"), python.path, "-c", limit];
    const { stdout, stderr } = await execute(command as string, args);
    expect(stdout).toBe("4000000\n");
    expect(stderr).toContain("Sampling statistics");
  });

  it("is told where Node was started without being told", async () => {
    const program = [python.path, "-c", "print(1)"];
    const { how, stderr } = await runAustin(["-o", freshPath("limited.mojo"), ...program], {
      through: ["sh", "-c", 'ulimit -v 4000000; exec "$0" "$@"'],
    });
    expect(how, stderr).toBe(69);
    expect(stderr).toContain("RLIMIT_AS");
    expect(stderr).toContain("--disable-wasm-trap-handler");
  });
});

describe("signals to us", () => {
  const program = `
import signal, sys
def leave(*_):
    print("left", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
while True: sum(range(1000))
`;

  it("that were ignored when we started end nothing", async () => {
    const path = freshPath();
    const through = ["setsid", "sh", "-c", `trap '' HUP QUIT; shift ${austinWords.length}; exec '${front}' "$@"`, "sh"];
    const austin = startAustin(["-o", path, python.path, "-c", program], { through });
    await austin.says(/ready/);
    await austin.sampling();
    const bytes = await untilWritten(path);
    process.kill(-austin.pid, "SIGHUP");
    process.kill(-austin.pid, "SIGQUIT");
    await untilWritten(path, bytes);
    // The command is to hear of this one: nobody took the others for its end.
    austin.kill("SIGTERM");
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(241);
    expect(stdout.toString()).toBe("ready\nleft\n");
    await readWholeProfile(path);
  });

  it("of the kind on which Node opens its debugger open none", async () => {
    const path = freshPath();
    const austin = startAustin(["-o", path, python.path, "-c", program]);
    await austin.says(/ready/);
    await austin.sampling();
    austin.kill("SIGUSR1");
    await untilWritten(path, await untilWritten(path));
    austin.kill("SIGTERM");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(241);
    expect(stderr).not.toContain("Debugger");
  });
});
