// A line to an austin-web, and what becomes of it: one that says nothing, one that contradicts itself, one that ends; and that nothing is missing when it is
// there again.
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { LineBroken } from "../../../src/cli/tui/remote/line.js";
import { RemoteRun } from "../../../src/cli/tui/remote/remote_run.js";
import { LiveFeed, LiveProfile, type WireStatus } from "../../../src/live/index.js";
import { serveHttp, stopServers } from "../../tunnel.js";
import { sampleOf } from "../samples.js";

const runs: RemoteRun[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) run.close();
  await stopServers();
});

/** An austin-web's profile, with a sample more for each message. */
class Source {
  readonly live = new LiveProfile(new Map([["mode", "wall"]]), { recentSeconds: 600 });
  readonly #feed = new LiveFeed(this.live, "a command", () => [null, null]);

  constructor() {
    this.sample();
    this.#feed.next(this.#status());
  }

  sample(): void {
    this.live.add(sampleOf(`main@a.py|at${this.live.rates.all.samples}@a.py`, { time: 1000 }));
  }

  full(): string {
    return this.#event("full", this.#feed.full(this.#status()));
  }

  delta(): string {
    this.sample();
    return this.#event("delta", this.#feed.next(this.#status()) as object);
  }

  #event(name: string, data: object): string {
    return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #status(): WireStatus {
    const { live } = this;
    return {
      state: "running",
      ended: null,
      exitCode: null,
      signal: null,
      pids: [100],
      processes: 1,
      seconds: 1,
      kept: live.recentHeld,
      keepsAll: live.holdsAll,
      letGo: { ...live.letGo },
      rates: { all: live.rates.all, recent: live.rates.last(5) },
      notes: [],
    };
  }
}

interface Watched {
  readonly run: RemoteRun;
  readonly said: string[];
  readonly followed: Promise<void>;
  readonly until: (holds: () => boolean) => Promise<void>;
}

/** @param lines what each line that is made says, and how it goes on; the last one is for all that come behind it */
async function watch(lines: readonly ((response: ServerResponse) => void)[], silence?: number): Promise<Watched> {
  let number = 0;
  const port = await serveHttp((_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 10\n\n");
    lines[Math.min(number++, lines.length - 1)]?.(response);
  });
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  const run = new RemoteRun(new URL(`http://127.0.0.1:${port}/x/`), {
    recentSeconds: 10,
    changed: look,
    said: (what) => {
      said.push(what);
      look();
    },
    ...(silence !== undefined && { silence }),
  });
  runs.push(run);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const one = (): void => {
        if (!holds()) return;
        waiting.delete(one);
        resolve();
      };
      waiting.add(one);
      one();
    });
  return { run, said, followed: run.follow(), until };
}

describe("a line", () => {
  it("that breaks is there again, and nothing is missing", async () => {
    const source = new Source();
    const { run, said, until } = await watch([
      (response) => {
        response.write(source.full());
        response.end(source.delta());
      },
      (response) => {
        for (let i = 0; i < 5; i++) source.sample();
        // Who comes late has the full state, made for all.
        source.delta();
        response.write(source.full());
        response.write(source.delta());
      },
    ]);
    await until(() => said.includes("back") && run.profile?.rates.all.samples === source.live.rates.all.samples);
    expect(said).toEqual(["broken", "back"]);
    expect(run.broken).toBeUndefined();
    expect(run.profile?.weight("all", run.profile.metrics[0] as never).samples).toBe(9);
  });

  it("on which nothing comes is given up, and sought again", async () => {
    const source = new Source();
    const { run, said, until } = await watch([(response) => response.write(source.full())], 300);
    await until(() => said.includes("broken"));
    expect(run.broken?.failure).toEqual({ kind: "silent", seconds: 0 });
    await until(() => said.includes("back"));
  });

  it("that contradicts itself is sought again, and given up when that doesn't help", async () => {
    const source = new Source();
    const broken = source.delta().replace(/"stacks":\[\d+/, '"stacks":[99999');
    let lines = 0;
    const { run, said, followed } = await watch([
      (response) => {
        lines++;
        response.write(source.full());
        response.write(broken);
      },
    ]);
    await followed;
    expect(run.broken).toMatchObject({ isOver: true, failure: { kind: "messages" } });
    expect(said.at(-1)).toBe("gone");
    expect(lines).toBeGreaterThan(1);
    expect(lines).toBeLessThan(6);
    // What was there before can be looked at.
    expect(run.profile?.threads).toHaveLength(1);
  });

  it("that is over is over", async () => {
    const source = new Source();
    let lines = 0;
    const { run, said, followed } = await watch([
      (response) => {
        lines++;
        response.write(source.full());
        response.write("event: over\ndata: {}\n\n");
      },
    ]);
    await followed;
    expect([run.broken?.failure, said, lines]).toEqual([{ kind: "over" }, ["gone"], 1]);
  });

  it.each([
    ["another version", 'event: full\ndata: {"version":3}\n\n', { kind: "version", version: "3" }],
    ["no JSON", "event: full\ndata: {\n\n", { kind: "messages", why: "one of them is no JSON" }],
    ["nothing", ": nothing new\n\n", { kind: "closed" }],
  ])("that begins with %s is none", async (_, text, failure) => {
    const { followed } = await watch([(response) => response.end(text)]);
    await expect(followed).rejects.toBeInstanceOf(LineBroken);
    await expect(followed).rejects.toMatchObject({ failure });
  });
});
