// Samples as plain objects. In: a decoder that has sampled. Out: a snapshot. It remembers what the decoder has defined.
import type { NewFrame } from "../decoder/decoded_sample.js";
import type { SampleView } from "../decoder/sample_view.js";
import type { CodeFrame, Frame, InvalidFrame, KernelFrame } from "../model/frame.js";
import { NOWHERE } from "../model/location.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import { type ThreadNames, threadOf } from "./best_stacks.js";

/** A sample; one without `isNoThread` has threads of their own alone. */
type SnapshotSource = SampleView & { isNoThread?(thread: number): boolean };

/** What `NewFrame.kind` says of code that is the processor's. */
const NATIVE_KIND = 1;

const INVALID: InvalidFrame = { kind: "invalid" };

function nameMember(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

/** @typeParam OneFrame with `Frame`, of samples that have frames of the kernel, too */
export class SnapshotReader<OneFrame extends Frame = CodeFrame | InvalidFrame> {
  readonly #decoder: SnapshotSource;
  readonly #strings = new Map<number, string>();
  readonly #frames = new Map<number, CodeFrame | KernelFrame>();
  readonly #text = new TextDecoder();
  /** The smallest ids that the decoder had in use when it was learnt from last. */
  #firstFrame = 0;
  #firstString = 0;

  /** @param decoder each of its samples is to be learned, from the first on */
  constructor(decoder: SnapshotSource) {
    this.#decoder = decoder;
  }

  /** Remember what the decoder's sample defined. */
  learn(): void {
    const decoder = this.#decoder;
    const { firstFrameId, firstStringId } = decoder;
    if (firstFrameId !== this.#firstFrame || firstStringId !== this.#firstString) {
      // All that was known before is referred to no more.
      this.forget();
      this.#firstFrame = firstFrameId;
      this.#firstString = firstStringId;
    }
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      this.#strings.set(id, this.#text.decode(utf8));
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      this.#learnFrame(decoder.newFrame(i));
    }
  }

  #learnFrame({ id, scope, filename, line, lineEnd, column, columnEnd, kind, kernelFunction }: NewFrame): void {
    if (kernelFunction !== undefined) {
      this.#frames.set(id, { kind: "kernel", scope: kernelFunction });
      return;
    }
    const names = { scope: this.#strings.get(scope) ?? "", filename: this.#strings.get(filename) ?? "" };
    const frame: CodeFrame =
      kind === NATIVE_KIND
        ? { kind: "code", code: "native", ...names, location: NOWHERE }
        : { kind: "code", ...names, location: { line, lineEnd, column, columnEnd } };
    this.#frames.set(id, frame);
  }

  /** The sample that the decoder holds, and that was learned. */
  read(): Snapshot<OneFrame> {
    const decoder = this.#decoder;
    const states = Array.from({ length: decoder.threadCount }, (_, thread) => thread);
    const own = states.filter((thread) => decoder.isNoThread?.(thread) !== true);
    return {
      threads: own.map((thread) => this.readThread(thread)),
      reasons: decoder.reasonWords.wordsOf(decoder.reasons),
    };
  }

  /** Of that sample the thread number `thread`. */
  readThread(thread: number): ThreadSnapshot<OneFrame> {
    const decoder = this.#decoder;
    return {
      interpreterId: decoder.interpreterId(thread),
      nativeId: decoder.nativeId(thread),
      ...nameMember(decoder.threadName(thread)),
      frames: this.#stack(thread),
      gc: decoder.isCollecting(thread),
      reasons: decoder.reasonWords.wordsOf(decoder.threadReasons(thread)),
    };
  }

  /** What threads of the decoder's sample are called, by `threadOf`. */
  names(): ThreadNames {
    const decoder = this.#decoder;
    const names = new Map<string, string>();
    for (let i = 0; i < decoder.threadCount; i++) {
      const name = decoder.threadName(i);
      const thread = { interpreterId: decoder.interpreterId(i), nativeId: decoder.nativeId(i) };
      if (name !== undefined) names.set(threadOf(thread), name);
    }
    return names;
  }

  forget(): void {
    this.#strings.clear();
    this.#frames.clear();
  }

  #stack(thread: number): OneFrame[] {
    const decoder = this.#decoder;
    const start = decoder.framesStart(thread);
    const ids = decoder.frameIds.subarray(start, start + decoder.frameCount(thread));
    return Array.from(ids, (id) => (this.#frames.get(id) ?? INVALID) as Frame as OneFrame);
  }
}
