// Frames that compiled code makes (Nuitka): they lie on the heap, say that they are a generator's, and the oldest has nothing below it.
import { describe, expect, it } from "vitest";
import { formatNames, layoutOf } from "./layouts.js";
import { Program } from "./program.js";
import { INVALID, type SampleText } from "./samples.js";

class Compiled extends Program {
  take(): SampleText {
    const { checkpoint, proof, mayCopyOffCpu } = this.samples.decoder.wants;
    return this.samples.take(checkpoint | proof | mayCopyOffCpu);
  }

  get proof(): string | undefined {
    const { decoder } = this.samples;
    return Object.entries(decoder.proofs).find(([, one]) => one === decoder.proof(0))?.[0];
  }

  /** Where the frame number `depth` lies, from the root. */
  frame(depth: number): number {
    return this.thread.frames[depth] as number;
  }
}

const formats = formatNames.filter((name) => layoutOf(name).has("frameFunction"));

describe.each(formats)("on %s", (format) => {
  it("are proven by off-CPU copies, and by nothing else: the root of a stack looks no other once it has returned", () => {
    const program = new Compiled(format);
    for (let round = 0; round < 3; round++) {
      const text = program.run("!main@1", "!calls@1", "!leaf@1");
      expect(program.take().threads).toMatchObject([{ stack: text, reasons: [] }]);
      expect(program.proof).toBe("still");
    }
    program.source.still = false;
    expect(program.take().threads).toMatchObject([{ stack: [INVALID], reasons: ["frame unreadable", "unproven"] }]);
    expect(program.proof).toBe("none");
  });

  it("are proven below frames of the interpreter's, and above them", () => {
    const program = new Compiled(format);
    for (const frames of [
      ["!main@1", ">calls@1", "leaf@1"],
      ["!main@1", ">calls@1", "!leaf@1"],
    ]) {
      const text = program.run(...frames);
      // Such a newest frame says that it runs, as it happens (3.11 to 3.13).
      program.target.field(program.frame(2), "frameStackTop", -1, 4);
      expect(program.take().threads).toMatchObject([{ stack: text, reasons: [] }]);
      expect(program.proof).toBe("still");
    }
  });

  it("are not taken for a root where a function is: a generator that is left has no link any more", () => {
    const program = new Compiled(format);
    program.run("!main@1", "!leaf@1");
    program.target.field(program.frame(0), "frameFunction", program.frame(0));
    expect(program.take().threads).toMatchObject([{ stack: [INVALID] }]);
    expect(program.proof).toBe("none");
  });
});

describe.each(formats.filter((name) => layoutOf(name).has("threadCFrame")))("on %s", (format) => {
  it("are the newest for certain, but where C may be about to begin: then the thread may name an old frame", () => {
    const program = new Compiled(format);
    const text = program.run("!main@1", "!leaf@1");
    // What they say of running is left over from what lay there before.
    program.target.field(program.frame(1), "frameStackTop", 0, 4);
    expect(program.take().threads).toMatchObject([{ stack: text, reasons: [] }]);
    expect(program.proof).toBe("still");
    program.target.field(program.thread.address, "threadCFrame", program.thread.cframe);
    expect(program.take().threads).toMatchObject([{ stack: [INVALID] }]);
    expect(program.proof).toBe("none");
  });
});
