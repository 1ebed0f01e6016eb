// `-n -w`: native frames around Python's, of a thread that runs and is held, and of one that only C knows.
import { describe, expect, it } from "vitest";
import { runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { eachPython, isRelease } from "../../pythons.js";
import { startTarget } from "../../target.js";

/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const WAYS = [9, 11, 13, 15];
const lack = process.arch === "x64" ? undefined : "an x86-64 machine";

interface Frame {
  readonly function: string;
  readonly native: boolean;
  readonly guessed: boolean;
}
interface Document {
  readonly processes: readonly [
    {
      readonly threads: readonly {
        readonly interpreter: number;
        readonly problems: readonly string[];
        readonly frames: readonly (Frame | null)[];
      }[];
    },
  ];
}

describe.skipIf(lack !== undefined).each(eachPython(({ wordSize }) => wordSize === 4))(
  titled("austin -n -w on Python %s", lack),
  (_, python) => {
    it("shows Python's frames alone, and says why", async () => {
      const target = await startTarget(python, "busy_forever.py");
      const { how, stdout } = await runAustin(["-n", "-w", `${target.pid}`]);
      expect(how).toBe(0);
      expect(`${stdout}`).toContain(
        "(native frames missing: they are read of x86-64 programs only, and this is one of i386)",
      );
      expect(`${stdout}`).toContain("turn (");
      target.child.kill("SIGKILL");
      await target.stop();
      assertNoLeftovers();
    });
  },
);

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && WAYS.includes(python.version[1])))(
  titled("austin -n -w on Python %s", lack),
  (_, python) => {
    it("shows what runs, whole, and what Python doesn't know", async () => {
      const target = await startTarget(python, "c_thread.py");
      const { how, stdout } = await runAustin(["-n", "-w", `${target.pid}`, "--json"]);
      expect(how).toBe(0);
      const { threads } = (JSON.parse(`${stdout}`) as Document).processes[0];
      const [main] = threads.filter(({ interpreter }) => interpreter === 0);
      expect(main?.problems).toEqual([]);
      const python_ = main?.frames.flatMap((frame) => (frame === null || frame.native ? [] : frame.function));
      expect(python_).toEqual(["<module>", "key"]);
      const places =
        main?.frames.map((frame) => (frame?.native === false ? "python" : frame === null ? "gap" : "native")) ?? [];
      // From the program's start, through sorted(), to the key.
      expect(places.join(" ")).toMatch(/^native (native )+python (native )+python( native)*$/);
      expect(main?.frames.some((frame) => frame?.guessed)).toBe(false);
      const others = threads.filter(({ interpreter }) => interpreter === -1);
      expect(others.map(({ problems }) => problems)).toEqual([[]]);
      expect(others[0]?.frames.some((frame) => frame?.function === "pause" && frame.native)).toBe(true);
      const text = await runAustin(["-n", "-w", `${target.pid}`]);
      expect(`${text.stdout}`).toMatch(
        / Thread \d+ \(not a Python thread\)\n\n {4}.* \(.*libc.*\)\n[\s\S]* {4}pause \(/,
      );
      target.child.kill("SIGKILL");
      await target.stop();
      assertNoLeftovers();
    });
  },
);
