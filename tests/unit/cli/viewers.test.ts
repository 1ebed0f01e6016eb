// What is sent to viewers: all at first, then changes; nothing to those who have no room, and all again once they have; nothing at all while nobody watches.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Viewers } from "../../../src/cli/web/viewers.js";
import {
  LiveFeed,
  LiveMirror,
  LiveProfile,
  type WireDelta,
  type WireFull,
  type WireStatus,
} from "../../../src/live/index.js";
import { sampleOf } from "../samples.js";

/** A line: what it was given, and whether it has room. */
class Line extends EventEmitter {
  writableNeedDrain = false;
  destroyed = false;
  readonly heard: string[] = [];

  write(bytes: string | Buffer): boolean {
    this.heard.push(bytes.toString());
    return true;
  }

  end(bytes: string): void {
    this.write(bytes);
  }

  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }

  get events(): [event: string, data: unknown][] {
    return this.heard.flatMap((text) => {
      const [, event, data] = /^event: (\w+)\n(?:id: \d+\n)?data: (.*)\n\n$/.exec(text) ?? [];
      return event === undefined ? [] : [[event, JSON.parse(data as string)]];
    });
  }

  get kinds(): string[] {
    return this.events.map(([event]) => event);
  }

  /** What one has who reads all of it. */
  get samples(): number {
    let mirror: LiveMirror | undefined;
    for (const [event, data] of this.events) {
      if (event === "full") mirror = new LiveMirror(data as WireFull);
      else if (event === "delta") mirror?.apply(data as WireDelta);
    }
    return mirror?.sums.samples ?? -1;
  }
}

let live: LiveProfile;
let state: WireStatus["state"];
let viewers: Viewers;

beforeEach(() => {
  vi.useFakeTimers();
  live = new LiveProfile(new Map([["mode", "wall"]]));
  state = "running";
  viewers = new Viewers(new LiveFeed(live, "a command", () => [null, null]), () => ({
    state,
    ended: null,
    exitCode: null,
    signal: null,
    pids: [],
    processes: 0,
    seconds: 0,
    kept: 0,
    keepsAll: true,
    letGo: { ...live.letGo },
    rates: { all: live.rates.all, recent: live.rates.last(5) },
    notes: [],
  }));
});

afterEach(() => {
  vi.useRealTimers();
});

function join(): Line {
  const line = new Line();
  viewers.add(line as unknown as ServerResponse);
  vi.advanceTimersByTime(25);
  return line;
}

/** Samples, and the time of a push. */
function go(samples = 3): void {
  for (let i = 0; i < samples; i++) live.add(sampleOf("main@app.py|leaf@app.py", { time: 100 }));
  vi.advanceTimersByTime(400);
}

describe("viewers", () => {
  it("get all at first and then what is new, as many as they are, however late", () => {
    const first = join();
    go();
    go();
    const late = join();
    go();
    // Before the first sample it isn't known what is measured: then all is told once more.
    expect(first.kinds.slice(0, 3)).toEqual(["full", "full", "delta"]);
    expect(late.kinds).toEqual(["full", "delta"]);
    expect(first.samples).toBe(9);
    expect(late.samples).toBe(9);
  });

  it("that are slow are given nothing meanwhile, and then all", () => {
    const [slow, other] = [join(), join()];
    go();
    const before = slow.heard.length;
    slow.writableNeedDrain = true;
    for (let i = 0; i < 100; i++) go();
    expect(slow.heard.length).toBe(before);
    expect(other.samples).toBe(303);
    slow.writableNeedDrain = false;
    go();
    expect(slow.heard.length).toBe(before + 1);
    expect(slow.kinds.at(-1)).toBe("full");
    expect(slow.samples).toBe(306);
  });

  it("that never read are cut off", () => {
    const slow = join();
    slow.writableNeedDrain = true;
    for (let i = 0; i < 160; i++) go();
    expect(slow.destroyed).toBe(true);
    expect(viewers.count).toBe(0);
  });

  it("cost nothing when they are gone", () => {
    const line = join();
    line.destroy();
    const next = vi.spyOn(viewers.feed, "next");
    go();
    expect(next).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hear that they are not forgotten where nothing comes any more, and nothing else", () => {
    const line = join();
    go();
    state = "ended";
    go(0);
    const before = line.heard.length;
    for (let i = 0; i < 100; i++) go(0);
    const then = line.heard.slice(before);
    expect(then.length).toBe(2);
    expect(new Set(then)).toEqual(new Set([": nothing new\n\n"]));
    viewers.close();
    expect(line.kinds.at(-1)).toBe("over");
  });
});
