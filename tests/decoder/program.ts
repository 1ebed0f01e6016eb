// A program of one thread whose stacks a test writes as text. In: a format. Out: its target, and its sampler.
import type { BuiltCode, CodeShape } from "./built_objects.js";
import { BuiltTarget, type BuiltThread, type FrameShape } from "./built_target.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples } from "./samples.js";

export class Program {
  readonly target: BuiltTarget;
  readonly thread: BuiltThread;
  readonly source: OffCpuSource;
  readonly samples: Samples;
  readonly #codes = new Map<string, BuiltCode>();

  /** @param shape what all its code objects have in common */
  constructor(
    format: string,
    readonly shape: Partial<CodeShape> = {},
  ) {
    this.target = new BuiltTarget(format);
    this.thread = this.target.thread();
    this.source = new OffCpuSource(this.target.memory);
    this.samples = new Samples(this.target.attach().decoder, this.source);
  }

  /**
   * Let it run `frames`, root first, each written "name@unit", with "~" before a generator's, "!" before one that compiled code has made,
   * and ">" before one that C has called.
   * @returns what they must read as
   */
  run(...frames: string[]): string[] {
    const shapes = frames.map((one) => this.#shapeOf(one));
    this.target.stack(this.thread, shapes);
    return this.target.textOf(shapes);
  }

  #shapeOf(text: string): FrameShape {
    const [name = "", unit] = text.replace(/[~!>]/g, "").split("@");
    const code = this.#codes.get(name) ?? this.target.code({ ...this.shape, name });
    this.#codes.set(name, code);
    const frame = { code, unit: Number(unit), generator: text.includes("~"), compiled: text.includes("!") };
    return text.includes(">") ? { ...frame, entry: true } : frame;
  }
}
