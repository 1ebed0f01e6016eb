// The kernel's frames, from a thread's stack in it to a profile that is read back: behind the program's own, in each sample in which it has them and in no other, whatever
// happens to ids.
import { describe, expect, it } from "vitest";
import { NATIVE_REASONS } from "../../../src/decoder/reasons.js";
import type { FilterWords } from "../../../src/filters/index.js";
import type { KernelStack } from "../../../src/model/kernel_stack.js";
import type { Sample } from "../../../src/model/sample.js";
import { NativeFrameIds } from "../../../src/native/frame_ids.js";
import { kernelFrames, kernelLacks } from "../../../src/native/kernel_frames.js";
import { NativeSample } from "../../../src/native/native_sample.js";
import { Recorder } from "../../../src/profile/recorder.js";
import { KernelEvents } from "../../../src/sinks/kernel_events.js";
import { MojoSink } from "../../../src/sinks/mojo_sink.js";
import { ProfileSelection } from "../../../src/sinks/selection.js";
import { BuiltTarget } from "../../decoder/built_target.js";
import { OffCpuSource } from "../../decoder/off_cpu_source.js";
import { samplesOf } from "../mojo/streams.js";

const TARGET = { pythonVersion: "3.12", wordSize: 8, machine: "", freeThreaded: false, image: "" };
const stackOf = (...functions: string[]): KernelStack => ({ functions, isCut: false });
const POLL = stackOf("entry", "do_syscall_64", "do_sys_poll");
const READ = stackOf("entry", "do_syscall_64", "ksys_read", "anon_pipe_read");
const CUT: KernelStack = { functions: ["nfs_wait", "io_schedule"], isCut: true };

/** A program of one thread, main → waits → libc's poll, recorded with the kernel's frames. */
class Recording {
  readonly target = new BuiltTarget("3.12");
  readonly source = new OffCpuSource(this.target.memory);
  readonly decoder = this.target.attach().decoder;
  readonly ids = new NativeFrameIds(() => ({ name: "poll", module: "/lib/libc.so.6" }));
  readonly sample = new NativeSample(this.decoder, this.ids);
  readonly mojo: MojoSink;
  readonly recorder: Recorder;

  constructor(words?: FilterWords) {
    const options = { mode: "wall", gc: false } as const;
    this.mojo = new MojoSink({ selection: words && new ProfileSelection(words) });
    this.mojo.begin(
      { ...options, intervalMicroseconds: 1, interfaceVersion: "" },
      {
        python: undefined,
        multiprocess: false,
        memoryKibibytes: undefined,
      },
    );
    const sink = this.mojo.open({ number: 0, pid: 9, decoder: this.sample, now: 0, target: TARGET });
    this.recorder = new Recorder(this.sample, sink, options);
    const thread = this.target.thread();
    const codes = ["main", "waits"].map((name) => ({ code: this.target.code({ name }) }));
    this.target.stack(thread, codes);
    this.target.takeGil(thread);
  }

  /** Take a sample in which the thread does this in the kernel. */
  take(kernel: KernelStack | undefined, reasons = 0): void {
    const { decoder, sample, ids } = this;
    decoder.sample(this.source, decoder.wants.checkpoint);
    ids.beginSample();
    sample.begin(false);
    const call = { pc: 0x1010n, pointer: 0n, end: 0n, functionStart: 0x1000n, functionEnd: 0x2000n };
    const flags = { isExact: false, isGuessed: false, isBehindGap: false };
    const pieces = [
      { kind: "python", first: 0, count: decoder.frameCount(0) },
      { kind: "native", call: { ...call, ...flags } },
    ] as const;
    sample.fill(sample.python(0), pieces, reasons | kernelLacks(kernel), kernel);
    sample.end();
    sample.isConfirmed = true;
    this.recorder.record(10);
  }

  async stacks(): Promise<string[]> {
    return (await samplesOf(this.mojo.encoder.encoded())).map(shown);
  }
}

function shown({ frames }: Sample): string {
  return frames
    .map((frame) => (frame.kind === "code" ? frame.scope : `${frame.kind}:${"scope" in frame ? frame.scope : ""}`))
    .join(" ");
}

const polled = "main waits poll kernel:entry kernel:do_syscall_64 kernel:do_sys_poll";
const reads = "main waits poll kernel:entry kernel:do_syscall_64 kernel:ksys_read kernel:anon_pipe_read";

describe("frames of the kernel", () => {
  it("stand behind the program's, in the samples that have them", async () => {
    const recording = new Recording();
    for (const kernel of [POLL, POLL, undefined, READ, POLL]) recording.take(kernel);
    expect(await recording.stacks()).toEqual([polled, polled, "main waits poll", reads, polled]);
  });

  it("are no frames that are defined: each is an event with its name", () => {
    const recording = new Recording();
    recording.take(POLL);
    const text = Buffer.from(recording.mojo.encoder.encoded()).toString("latin1");
    expect(text.split("do_sys_poll\0")).toHaveLength(2);
    expect(text).toContain("\x06entry\0\x06do_syscall_64\0\x06do_sys_poll\0");
  });

  it("are there in samples with reasons, too", async () => {
    const recording = new Recording();
    recording.take(POLL);
    recording.take(READ, NATIVE_REASONS.gap);
    recording.take(CUT);
    recording.take(POLL);
    const cut = "main waits poll invalid: kernel:nfs_wait kernel:io_schedule";
    expect(await recording.stacks()).toEqual([polled, reads, cut, polled]);
    expect([...recording.recorder.reasons.keys()]).toEqual([
      "native frames incomplete in between",
      "kernel frames incomplete at the root",
    ]);
  });

  it("are told from others when all ids are given anew", async () => {
    const recording = new Recording();
    recording.take(POLL);
    // As when code has gone: nothing that was defined is referred to any more.
    recording.ids.forget();
    recording.take(READ);
    recording.ids.forget();
    recording.take(POLL);
    expect(await recording.stacks()).toEqual([polled, reads, polled]);
  });

  it("are forgotten with the decoder's, whose first id rises", async () => {
    const recording = new Recording();
    recording.take(POLL);
    recording.ids.forget(50_000, 50_000);
    recording.take(POLL);
    expect(await recording.stacks()).toEqual([polled, polled]);
  });

  it("are asked by filters as the module <kernel>, and by their functions", async () => {
    const kept = async (words: FilterWords) => {
      const recording = new Recording(words);
      for (const kernel of [POLL, undefined, READ]) recording.take(kernel);
      return recording.stacks();
    };
    expect(await kept({ functions: ["do_sys_poll"] })).toEqual([polled]);
    expect(await kept({ functions: ["!do_sys_*"] })).toEqual(["main waits poll", reads]);
    expect(await kept({ modules: ["<kernel>"] })).toEqual([polled, reads]);
    expect(await kept({ modules: ["!<kernel>"] })).toEqual(["main waits poll"]);
    expect(await kept({ functions: ["anon_pipe_read"], modules: ["<kernel>"] })).toEqual([reads]);
  });
});

it("events of the kernel's functions are kept once a function, and none of an id that is another frame's by now", () => {
  const events = new KernelEvents();
  const frame = { filename: 1, scope: 1, line: 0, lineEnd: 0, column: 0, columnEnd: 0 };
  for (let id = 1; id < 99; id += 2)
    expect(events.take({ ...frame, id, kind: 2, kernelFunction: "schedule" })).toBe(true);
  expect([...events.byFrame.keys()]).toEqual([97]);
  expect(events.take({ ...frame, id: 97, kind: 1 })).toBe(false);
  expect(events.byFrame.size).toBe(0);
});

describe("the kernel's part of a stack", () => {
  it("is lacking where it could not be read, and cut where there may be more", () => {
    expect(kernelLacks(undefined)).toBe(0);
    expect(kernelLacks(POLL)).toBe(0);
    expect(kernelLacks("unknown")).toBe(NATIVE_REASONS.kernel);
    expect(kernelLacks(CUT)).toBe(NATIVE_REASONS.kernelCut);
    expect(kernelFrames("unknown")).toEqual([]);
    expect(kernelFrames(undefined)).toEqual([]);
    expect(kernelFrames(CUT)).toEqual([
      { kind: "invalid" },
      { kind: "kernel", scope: "nfs_wait" },
      { kind: "kernel", scope: "io_schedule" },
    ]);
  });
});
