// Which files of threads are held open, and which are given up.
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { ThreadFiles } from "../../../src/host/linux/thread_files.js";
import { offerSpares, withdrawSpares, withSpares } from "../../../src/host/spare_files.js";
import { park, stopCommands } from "../../command.js";
import { pythons } from "../../pythons.js";

const python = (pythons().at(-1) as { path: string }).path;
const THREADS = `
import sys, threading
threads = [threading.Thread(target=sys.stdin.readline, daemon=True) for _ in range(6)]
for thread in threads: thread.start()
print("ready", *(thread.native_id for thread in threads), flush=True)
threading.Event().wait()
`;

afterEach(stopCommands);

describe("the files of threads", () => {
  it("stay open of as many as may be, whoever else is asked, until they are idle", async () => {
    const { pid, line } = await park(python, ["-c", THREADS]);
    const tids = line.split(" ").map(Number);
    let now = 0;
    const files = new ThreadFiles(pid, ["stat"], 4, () => now);
    const buffer = Buffer.alloc(1024);
    const round = (of: readonly number[]) =>
      of.map((tid) => (files.read(tid, buffer) > 0 ? files.descriptor(tid, 0) : undefined));
    const first = round(tids);
    expect(first.filter((descriptor) => descriptor === -1)).toHaveLength(2);
    for (let i = 0; i < 5; i++) expect(round(tids)).toEqual(first);
    // The first four have ended, for all that is known.
    now += 2000;
    expect(round(tids.slice(4)).every((descriptor) => (descriptor as number) >= 0)).toBe(true);
    files.close();
    expect(files.openFiles).toBe(0);
  });
});

describe("a file that is opened where too many are open", () => {
  const tooMany = (): never => {
    throw Object.assign(new Error("EMFILE"), { errno: -constants.errno.EMFILE });
  };

  it("takes the place of those that are held to save time, and of no others", () => {
    let spares = 3;
    const holder = { giveUp: () => spares > 0 && spares-- > 0 };
    offerSpares(holder);
    const descriptor = withSpares(() => (spares > 1 ? tooMany() : openSync("/dev/null", "r")));
    closeSync(descriptor);
    expect(spares).toBe(1);
    expect(() => withSpares(tooMany)).toThrow("EMFILE");
    expect(spares).toBe(0);
    withdrawSpares(holder);
  });

  it("fails as it fails for any other reason", () => {
    expect(() => withSpares(() => openSync("/no/such/file", "r"))).toThrow("ENOENT");
  });
});
