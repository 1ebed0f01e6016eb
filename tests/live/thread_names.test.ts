// What threads are called: the program's own names, whatever they are and whoever made the threads, on every CPython; attached and launched; from
// when on a new name holds; and where there is none.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, type Profile, readWholeProfile, runAustin, startAustin, untilWritten } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { eachPython } from "../pythons.js";
import { startTarget, targetPath } from "../target.js";

interface Ready {
  readonly pid: number;
  readonly named: readonly (readonly [number, string])[];
  readonly nameless: readonly number[];
}

interface Look {
  readonly processes: readonly {
    readonly threads: readonly {
      readonly thread: number;
      readonly name: string | null;
      readonly nameFrom: string | null;
    }[];
  }[];
}

const COUNT = 200;
/** As assembly/abi/limits.ts has it. */
const MOST_CHARACTERS = 255;

afterEach(assertNoLeftovers);

/** A name as it is told: cut, where it is long. */
function told(name: string): string | undefined {
  const characters = [...name];
  const cut = characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…` : name;
  return cut === "" ? undefined : cut;
}

function expected({ named, nameless }: Ready): Map<number, string | undefined> {
  const names = named.map(([id, name]) => [id, told(name)] as const);
  return new Map([...names, ...nameless.map((id) => [id, undefined] as const)].sort(([a], [b]) => a - b));
}

/** The names that threads had last. */
function lastNames({ samples }: Profile): Map<number, string | undefined> {
  const names = new Map<number, string | undefined>();
  for (const { thread, threadName } of samples) names.set(Number.parseInt(thread, 16), threadName);
  return new Map([...names].sort(([a], [b]) => a - b));
}

/** The names that threads had first. */
function firstNames(profile: Profile): Map<number, string | undefined> {
  const samples = profile.samples.filter(({ threadName }) => threadName !== undefined).reverse();
  return lastNames({ ...profile, samples });
}

/** Wait until a profile that is being written has these names, and samples behind them. */
async function untilNamed(path: string, wanted: ReadonlyMap<number, string | undefined>): Promise<void> {
  let size = await untilWritten(path);
  const isThere = (name: string | undefined): boolean => name === undefined || readFileSync(path).includes(name);
  for (const name of wanted.values()) while (!isThere(name)) size = await untilWritten(path, size);
  await untilWritten(path, size + 65_536);
}

describe.each(eachPython())("on Python %s", (_, python) => {
  it("an attached process's threads have their names, and get others", async () => {
    const target = await startTarget<Ready>(python, "thread_names.py", [String(COUNT)]);
    const first = expected(target.ready);
    expect(first.size).toBe(COUNT + 3);
    const { stdout, how, stderr } = await runAustin(["-w", String(target.pid), "--json"]);
    expect(how, stderr).toBe(0);
    const { processes } = JSON.parse(stdout.toString()) as Look;
    const seen = processes.flatMap(({ threads }) => threads);
    const names = seen.map(
      ({ thread, name, nameFrom }) => [thread, nameFrom === "program" ? name : undefined] as const,
    );
    expect(new Map([...names].sort(([a], [b]) => a - b))).toEqual(first);

    const path = freshPath();
    const austin = startAustin(["-i", "5ms", "-o", path, "-p", String(target.pid)]);
    await austin.sampling();
    await untilNamed(path, first);
    const second = expected(await target.next());
    await untilNamed(path, second);
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    const profile = await readWholeProfile(path);
    expect(lastNames(profile)).toEqual(second);
    // Some had none at first.
    const ever = [...second].map(([id, name]) => [id, first.get(id) ?? name] as const);
    expect(firstNames(profile)).toEqual(new Map(ever.filter(([, name]) => name !== undefined)));
    await target.stop();
  });

  it("a launched program's threads have their names", async () => {
    const path = freshPath();
    const austin = startAustin(["-i", "5ms", "-o", path, python.path, targetPath("thread_names.py"), String(COUNT)]);
    const wanted = expected(JSON.parse((await austin.says(/^\{.*\}$/m))[0]) as Ready);
    await untilNamed(path, wanted);
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    expect(lastNames(await readWholeProfile(path))).toEqual(wanted);
  });
});
