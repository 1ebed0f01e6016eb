// A capture with something for every filter word: the standard library's code, the import system's and others', functions that
// replace each other, sub-interpreters, stacks that nothing proves and such that have frames which can't be read.
import type { Mode } from "../../src/model/metrics.js";
import type { ProfileSelection } from "../../src/sinks/selection.js";
import type { BuiltCode } from "../decoder/built_objects.js";
import type { BuiltTarget, BuiltThread } from "../decoder/built_target.js";
import { BuiltCapture, OPTIONS } from "./built_capture.js";
import { random } from "./random.js";

const CODES: readonly (readonly [name: string, filename: string])[] = [
  ["main", "/srv/app/__main__.py"],
  ["View.get", "/srv/app/views.py"],
  ["Hook.call", "/srv/app/hooks.py"],
  ["loads", "/usr/lib/python3.13/json/__init__.py"],
  ["JSONDecoder.decode", "/usr/lib/python3.13/json/decoder.py"],
  ["_find_and_load", "<frozen importlib._bootstrap>"],
  ["exec_module", "<frozen importlib._bootstrap_external>"],
  ["función", "/usr/lib/python3/dist-packages/名前.py"],
];
const TICKS = 100;

export function variedCapture(format: string, mode: Mode, seed: number, selection?: ProfileSelection): BuiltCapture {
  const next = random(seed);
  const below = (count: number): number => Math.floor(next() * count);
  const codes: BuiltCode[] = [];
  const threads: BuiltThread[] = [];
  const fill = (target: BuiltTarget): void => {
    codes.push(...CODES.map(([name, filename]) => target.code({ name, filename })));
    threads.push(target.thread(), target.thread(), target.thread(target.interpreter()));
    for (const thread of threads) run(target, thread);
  };
  const run = (target: BuiltTarget, thread: BuiltThread): void => {
    const depth = 1 + below(8);
    const frames = Array.from({ length: depth }, (_, i) => ({
      code: codes[i === 0 ? 0 : below(codes.length)] as BuiltCode,
      unit: 1 + below(3),
    }));
    target.stack(thread, frames);
    target.takeGil(thread);
  };
  const capture = new BuiltCapture(format, fill, undefined, { ...OPTIONS, mode }, selection);
  const { target, decoder, source } = capture;
  const { checkpoint, proof, mayCopyOffCpu, showUnproven } = decoder.wants;
  const proofs = [0, proof | mayCopyOffCpu, proof | mayCopyOffCpu, proof | mayCopyOffCpu, proof | showUnproven];
  for (let tick = 0; tick < TICKS; tick++) {
    if (below(3) > 0) run(target, threads[below(threads.length)] as BuiltThread);
    if (below(10) === 0) {
      const at = below(codes.length);
      codes[at] = target.replace(codes[at] as BuiltCode, {});
    }
    const hidden = below(10) === 0 ? codes[below(codes.length)] : undefined;
    if (hidden !== undefined) target.memory.hide(hidden.address, 8);
    source.still = below(5) > 0;
    source.holds = below(2) > 0;
    const wants = (below(3) === 0 ? checkpoint : 0) | (proofs[below(proofs.length)] as number);
    capture.take(wants | capture.modeWants, 4096 * (below(4) - 1));
    if (hidden !== undefined) target.memory.showAll();
  }
  capture.end();
  return capture;
}
