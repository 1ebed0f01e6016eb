// Native ids where the thread states have another process's: in the child of a fork that CPython has not heard of yet.
import { describe, expect, it } from "vitest";
import { BuiltTarget, type BuiltThread, OWN_PID } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { INVALID, Samples, type SampleText } from "./samples.js";

const PARENT = 4242;

/** A target of two threads, the first of which has forked. */
class Child {
  readonly target: BuiltTarget;
  readonly main: BuiltThread;
  readonly other: BuiltThread;

  /** @param libc what the C library puts in place of the other thread's tid */
  constructor(format: string, libc: number) {
    this.target = new BuiltTarget(format);
    this.main = this.target.running("main", "leaf");
    this.other = this.target.running("waits");
    this.target.nameThread(this.main, PARENT);
    this.target.nameThread(this.other, PARENT + 1);
    this.target.setTid(this.other, libc);
  }
}

const shown = ({ threads }: SampleText) =>
  threads.map(({ nativeId, reasons, stack }) => [nativeId, stack.length, reasons]);

it("formats with native ids in the thread state, and without, are here", () => {
  const has = formatNames.map((name) => layoutOf(name).has("threadNativeId"));
  expect(new Set(has)).toEqual(new Set([true, false]));
});

describe.each(formatNames)("on %s", (format) => {
  it.each([
    ["glibc", 0],
    ["musl", -1],
  ])("are found in struct pthread, and threads that the child doesn't have are told (%s)", (_, libc) => {
    const { target, main } = new Child(format, libc);
    const samples = target.attach();
    const expected = [
      [0, 0, ["no such thread"]],
      [OWN_PID, 2, []],
    ];
    for (let round = 0; round < 3; round++) expect(shown(samples.take())).toEqual(expected);
    expect(samples.take().attempts).toBe(1);
    // CPython has heard of it.
    target.nameThread(main, OWN_PID);
    expect(shown(samples.take())).toEqual(expected);
    // A thread of the child's own.
    const late = target.running("late");
    expect(shown(samples.take())).toEqual([[late.nativeId, 1, []], ...expected]);
  });

  it("are found by the very first sample, though the thread comes last that tells where they lie", () => {
    const { target } = new Child(format, 0);
    const samples = new Samples(target.attach().decoder, new OffCpuSource(target.memory));
    const { checkpoint, proof, mayCopyOffCpu } = samples.decoder.wants;
    expect(shown(samples.take(checkpoint | proof | mayCopyOffCpu))).toEqual([
      [0, 0, ["no such thread"]],
      [OWN_PID, 2, []],
    ]);
  });

  it("are no other thread's whose struct pthread one of the child's own has got", () => {
    const { target, other } = new Child(format, 0);
    const third = target.running("waits too");
    target.nameThread(third, PARENT + 2);
    target.setTid(third, 0);
    const late = target.running("late");
    // It has the stack of a thread that the parent had.
    target.field(late.address, "threadId", other.pthread);
    target.setTid(other, late.nativeId);
    const samples = target.attach();
    for (let round = 0; round < 3; round++) {
      expect(shown(samples.take())).toEqual([
        [late.nativeId, 1, []],
        [0, 0, ["no such thread"]],
        [0, 0, ["no such thread"]],
        [OWN_PID, 2, []],
      ]);
    }
  });

  it("are those of the thread states where these are right, though no thread is the process's first one", () => {
    const target = new BuiltTarget(format);
    const thread = target.running("main");
    if (!target.layout.has("threadNativeId")) return;
    target.nameThread(thread, OWN_PID + 7);
    target.setTid(thread, OWN_PID + 7);
    const samples = target.attach();
    for (let round = 0; round < 3; round++) expect(shown(samples.take())).toEqual([[OWN_PID + 7, 1, []]]);
    target.hideRegion("pthread");
    expect(shown(samples.take())).toEqual([[0, 1, ["no native thread id"]]]);
  });

  it("that nobody knows leave the stack, proven by what others do, or behind an invalid frame", () => {
    const { target, main, other } = new Child(format, OWN_PID + 1);
    const source = new OffCpuSource(target.memory);
    const samples = new Samples(target.attach().decoder, source);
    const { checkpoint, proof, mayCopyOffCpu } = samples.decoder.wants;
    const take = () => shown(samples.take(checkpoint | proof | mayCopyOffCpu));
    take();
    target.memory.hide(other.pthread, 1024);
    target.takeGil(other);
    const stack = [{ code: target.code({ name: "new" }) }, { code: target.code({ name: "leaf" }) }];
    target.stack(other, stack);
    source.still = false;
    for (let round = 0; round < 2; round++) {
      expect(take().at(0)).toEqual([0, 3, ["unproven", "no native thread id"]]);
      expect(samples.take(checkpoint | proof | mayCopyOffCpu).threads[0]?.stack[0]).toBe(INVALID);
    }
    // Nobody can look at it.
    expect(source.asked).not.toContain(0);
    // Another thread does the same, and is seen to.
    source.still = true;
    target.takeGil(main);
    target.stack(main, stack);
    take();
    expect(take().at(0)).toEqual([0, 2, ["no native thread id"]]);
  });
});
