// JSON Lines, for scripts: a line of metadata, a line a sample in its order with all it had, a line of the metadata that came since.
//
//   {"metadata":{"mode":"full",...}}
//   {"pid":1,"interpreter":0,"thread":"4d2","time":100,"memory":-4096,"idle":false,"gc":false,"frames":[...]}
//
// time in microseconds, memory in bytes, null where the profile's mode has none; frames root first, each with the members of
// `austin -w --json`: function, file, line, lineEnd, column, columnEnd, null where not known; a frame that could not be read is null,
// one of the kernel has "kernel":true. The last line has "truncated":true where the profile broke off. Memory goes with the frames.
import type { Frame } from "../model/frame.js";
import { frameMembers } from "../model/frame_members.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { TextBuffer } from "./text_buffer.js";

export const jsonLines: Format = {
  name: "jsonl",
  extensions: [".jsonl", ".ndjson"],
  description: "JSON Lines, a sample a line, for scripts",
  isText: true,
  isStream: true,
  write,
};

async function* write(
  samples: SampleStream,
  { isPrompt }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const out = new TextBuffer();
  const frameText = new FrameText();
  let known: ReadonlyMap<string, string> | undefined;
  const begin = () => {
    known = new Map(samples.metadata);
    out.add(`${JSON.stringify({ metadata: Object.fromEntries(known) })}\n`);
  };
  for await (const { pid, interpreterId, thread, threadName, frames, metrics, idle, gc } of samples) {
    if (known === undefined) begin();
    const { timeMicroseconds: time = null, memoryBytes: memory = null } = metrics;
    const head = JSON.stringify({
      pid,
      interpreter: interpreterId ?? null,
      thread,
      name: threadName,
      time,
      memory,
      idle,
      gc,
    });
    out.add(`${head.slice(0, -1)},"frames":[`);
    for (let i = 0; i < frames.length; i++) {
      if (i > 0) out.add(",");
      out.add(frameText.of(frames[i] as Frame));
    }
    out.add("]}\n");
    if (out.isFull || isPrompt?.()) yield out.take();
  }
  if (known === undefined) begin();
  const since = [...samples.metadata].filter(([key, value]) => known?.get(key) !== value);
  const truncated = samples.truncated ? { truncated: true } : {};
  out.add(`${JSON.stringify({ metadata: Object.fromEntries(since), ...truncated })}\n`);
  yield out.take();
}

class FrameText {
  readonly #texts = new WeakMap<Frame, string>();

  of(frame: Frame): string {
    let text = this.#texts.get(frame);
    if (text === undefined) {
      text = JSON.stringify(memberOf(frame));
      this.#texts.set(frame, text);
    }
    return text;
  }
}

function memberOf(frame: Frame): object | null {
  if (frame.kind === "invalid") return null;
  if (frame.kind === "kernel") return { function: frame.scope, kernel: true };
  return frame.code === "native" ? { ...frameMembers(frame), native: true } : frameMembers(frame);
}
