// What lanes show of each thread and second, beside the samples of it; a run's end, late readers, seconds that are gone, and hundreds of threads.
import { describe, expect, it } from "vitest";
import { Lanes, type LiveMirror, SECONDS_KEPT } from "../../../src/live/index.js";
import { sampleOf } from "../samples.js";
import { metadataOf, Watched } from "./watched.js";

const STEP = 100_000;

/** A second of some threads, ten samples each. @param running by thread, how many of them ran; @param collecting how many of all the collector had */
function second(watched: Watched, running: Readonly<Record<string, number>>, collecting = 0): void {
  for (let i = 0; i < 10; i++) {
    for (const [thread, ran] of Object.entries(running))
      watched.live.add(sampleOf("main@app.py", { thread, time: STEP, bytes: 0, idle: i >= ran, gc: i < collecting }));
  }
}

const mirrorOf = ({ mirror }: Watched): LiveMirror => mirror as LiveMirror;

describe("lanes", () => {
  it("tell who ran, who waited and when the collector did, as it comes and to whoever comes late", () => {
    const watched = new Watched(metadataOf("full", { gc: "on" }));
    second(watched, { 1: 10, 2: 0 });
    watched.push();
    const lanes = new Lanes(mirrorOf(watched));
    lanes.follow();
    second(watched, { 1: 3 }, 5);
    watched.push();
    lanes.follow();
    watched.late();
    const late = new Lanes(mirrorOf(watched));
    late.follow();
    for (const one of [lanes, late]) {
      expect(one.tells).toBe("states");
      expect(one.of(0, 0)).toMatchObject({ running: 1, collecting: 0 });
      expect(one.of(1, 0)).toMatchObject({ running: 0, collecting: 0 });
      expect(one.of(1, 2)).toBeUndefined();
      expect([one.isIn(0, 0, 1), one.isIn(1, 2, 9), one.isIn(7, 0, 9)]).toEqual([true, false, false]);
    }
    // The last sample of a second ends with it, and is the next one's; what comes then is of the second in whose midst its message lies.
    expect(lanes.of(0, 1)).toMatchObject({
      samples: 11,
      running: expect.closeTo(4 / 11),
      collecting: expect.closeTo(5 / 11),
    });
    expect(late.of(0, 1)).toMatchObject({ samples: 10, running: expect.closeTo(0.4), collecting: 0.5 });
  });

  it("say of CPU time that threads ran, and of wall time nothing", () => {
    for (const [mode, tells, running] of [
      ["cpu", "running", 1],
      ["wall", "nothing", undefined],
    ] as const) {
      const watched = new Watched(mode);
      second(watched, { 1: 10 });
      watched.push();
      const lanes = new Lanes(mirrorOf(watched));
      lanes.follow();
      expect([lanes.tells, lanes.of(0, 0)?.running, lanes.of(0, 0)?.collecting]).toEqual([tells, running, undefined]);
    }
  });

  it("forget what is no longer kept", () => {
    const watched = new Watched("wall");
    watched.live.add(sampleOf("main@app.py", { time: STEP }));
    watched.push();
    const lanes = new Lanes(mirrorOf(watched));
    lanes.follow();
    expect(lanes.of(0, 0)?.samples).toBe(1);
    watched.live.add(sampleOf("main@app.py", { thread: "2", time: 1e6 * SECONDS_KEPT }));
    watched.push();
    watched.live.add(sampleOf("main@app.py", { thread: "2", time: STEP }));
    watched.push();
    lanes.follow();
    // In the place of second 0 there is another one now.
    expect(lanes.of(0, 0)).toBeUndefined();
    expect(lanes.of(0, SECONDS_KEPT)).toBeUndefined();
    expect(lanes.of(1, SECONDS_KEPT)?.samples).toBe(1);
  });

  it("have room for hundreds of threads", () => {
    const watched = new Watched("wall");
    for (let thread = 0; thread < 300; thread++)
      watched.live.add(sampleOf("main@app.py", { thread: thread.toString(16), time: STEP }));
    watched.push();
    const lanes = new Lanes(mirrorOf(watched));
    lanes.follow();
    expect(mirrorOf(watched).threads.every(({ number }) => lanes.of(number, 0)?.samples === 1)).toBe(true);
  });
});
