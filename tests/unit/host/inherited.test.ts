import { describe, expect, it } from "vitest";
import { environmentIn, isCloseOnExec, takeNotes } from "../../../src/host/linux/inherited.js";

const seen = Buffer.from("PATH=/bin\0n\xff=1\0n\xff=2\0odd\0", "latin1");
const texts = (entries: readonly Buffer[]): string[] => entries.map((entry) => entry.toString("latin1"));

describe("what the front has noted", () => {
  const encoded = seen.toString("base64");
  const variables = (): NodeJS.ProcessEnv => ({
    AUSTIN_FRONT: "pid:42 SigBlk:0000000000000200 SigIgn:8000000180000005 files:unlimited fd:10 fd:2 fd:0",
    AUSTIN_FRONT_ENVIRONMENT_0: encoded.slice(0, 8),
    AUSTIN_FRONT_ENVIRONMENT_1: encoded.slice(8),
    PATH: "/bin",
  });

  it("is read, and goes from our environment", () => {
    const mine = variables();
    const { environment, ...facts } = takeNotes(mine, 42, () => Buffer.of());
    // 32 and 33 are the C library's.
    expect(facts).toEqual({ blocked: [10], ignored: [1, 3, 64], openFiles: "unlimited", descriptors: [0, 2, 10] });
    expect(texts(environment)).toEqual(["PATH=/bin", "n\xff=1", "n\xff=2", "odd"]);
    expect(mine).toEqual({ PATH: "/bin" });
  });

  it("is nothing to another process", () => {
    const mine = variables();
    const { environment, ...facts } = takeNotes(mine, 43, () => seen);
    expect(facts).toEqual({ blocked: [], ignored: [], openFiles: undefined, descriptors: undefined });
    expect(texts(environment)).toEqual(["PATH=/bin", "n\xff=1", "n\xff=2", "odd"]);
    expect(mine).toEqual(variables());
  });

  it("lacks an environment that was too large, which is then as it is seen", () => {
    const mine: NodeJS.ProcessEnv = { AUSTIN_FRONT: "pid:42 fd:0" };
    const { environment } = takeNotes(mine, 42, () => Buffer.from("AUSTIN_FRONT=pid:42 fd:0\0PATH=/bin\0"));
    expect(texts(environment)).toEqual(["PATH=/bin"]);
    expect(mine).toEqual({});
  });
});

describe("what can't be read of ourselves", () => {
  it("is Node's own copy of the environment", () => {
    expect(environmentIn("/nowhere", { A: "1", B: "" }).toString()).toBe("A=1\0B=\0");
  });

  it("is a descriptor that is passed on by name", () => {
    expect(isCloseOnExec(1_000_000)).toBe(true);
  });
});
