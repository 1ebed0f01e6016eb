// Frames of the kernel in MOJO, as austinp has them: behind the references, by name. What comes again is the same object, however it is cut.
import { describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import type { Sample } from "../../../src/model/sample.js";
import { type MojoEncoder, readMojo } from "../../../src/mojo/index.js";
import { collect, samplesOf, stream } from "./streams.js";

const LONG = "f".repeat(5000);

function sample(encoder: MojoEncoder, references: number, names: readonly string[], isCut = false): void {
  encoder.stack(7, 0, "1a");
  encoder.string(2, "/srv/app.py");
  encoder.string(3, "main");
  encoder.frame(1, 2, 3, 10, 0, 0, 0);
  for (let i = 0; i < references; i++) encoder.frameRef(1);
  if (isCut) encoder.frameInvalid();
  for (const name of names) encoder.kernelFrame(name);
  encoder.metricTime(10);
  encoder.endSample();
}

const POLL = ["entry_SYSCALL_64_after_hwframe", "do_syscall_64", "do_sys_poll"];
const bytes = stream((encoder) => {
  encoder.metadata("mode", "wall");
  for (let i = 0; i < 3; i++) sample(encoder, 2, POLL);
  sample(encoder, 0, ["kthread"]);
  sample(encoder, 1, ["do_syscall_64", LONG, "schedule"]);
  sample(encoder, 1, ["schedule"], true);
  sample(encoder, 1, []);
  sample(encoder, 2, POLL);
});

const shown = ({ frames }: Sample) =>
  frames.map((frame) => (frame.kind === "invalid" ? "?" : frame.kind === "kernel" ? `k:${frame.scope}` : frame.scope));
const polled = ["main", "main", ...POLL.map((name) => `k:${name}`)];
const all = [
  ...[polled, polled, polled],
  ["k:kthread"],
  ["main", "k:do_syscall_64", `k:${LONG}`, "k:schedule"],
  ["main", "?", "k:schedule"],
  ["main"],
  polled,
];

describe("frames of the kernel", () => {
  it("are read as they stand", async () => {
    expect((await samplesOf(bytes)).map(shown)).toEqual(all);
  });

  it("are the same objects where they come again", async () => {
    const samples = await samplesOf(bytes);
    expect(samples[1]?.frames).toBe(samples[2]?.frames);
    // Of a stack that was met in another company, too.
    expect(samples[5]?.frames.at(-1)).toBe(samples[4]?.frames.at(-1));
  });

  it.each([1, 2, 3, 7, 100])("are the same where %d bytes come at a time", async (count) => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += count) yield bytes.subarray(at, at + count);
    }
    expect((await collect(readMojo(pieces()))).map(shown)).toEqual(all);
  });

  it("are written as they were read", async () => {
    const profile = readMojo(bytes);
    const pieces: Uint8Array[] = [];
    for await (const piece of mojo.write(profile)) pieces.push(piece);
    expect((await samplesOf(Buffer.concat(pieces))).map(shown)).toEqual(all);
  });

  it("cost no memory without end where every name is another one", async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `f${i}`);
    const samples = await samplesOf(
      stream((encoder) => {
        for (const name of names) sample(encoder, 1, [name]);
      }),
    );
    expect(samples.map((one) => shown(one)[1])).toEqual(names.map((name) => `k:${name}`));
  });
});
