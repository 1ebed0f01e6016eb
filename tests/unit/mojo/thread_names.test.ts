// Names of threads in MOJO: from where on they hold, whose they are, and that they are no facts about the whole.
import { expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { MojoEncoder } from "../../../src/mojo/encoder.js";
import { readMojo } from "../../../src/mojo/index.js";
import { isThreadNameKey, threadNameKey } from "../../../src/mojo/thread_name.js";
import { profileOf, sampleOf } from "../samples.js";

function stream(
  write: (encoder: MojoEncoder, sample: (pid: number, interpreter: number, thread: string) => void) => void,
) {
  const encoder = new MojoEncoder();
  encoder.header();
  encoder.metadata("mode", "wall");
  write(encoder, (pid, interpreter, thread) => {
    encoder.stack(pid, interpreter, thread);
    encoder.metricTime(1);
    encoder.endSample();
  });
  return encoder.encoded();
}

async function namesIn(bytes: Uint8Array): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const { threadName } of readMojo(bytes)) names.push(threadName);
  return names;
}

it("hold from where they stand on, for one thread of one interpreter of one process", async () => {
  const bytes = stream((encoder, sample) => {
    sample(1, 0, "a1");
    encoder.metadata(threadNameKey(1, 0, "a1"), "worker");
    sample(1, 0, "a1");
    sample(1, 1, "a1");
    sample(2, 0, "a1");
    sample(1, 0, "a2");
    encoder.metadata(threadNameKey(1, 0, "a1"), "another");
    sample(1, 0, "a1");
    encoder.metadata(threadNameKey(1, 0, "a1"), "");
    sample(1, 0, "a1");
  });
  expect(await namesIn(bytes)).toEqual([undefined, "worker", undefined, undefined, undefined, "another", undefined]);
  const profile = readMojo(bytes);
  for await (const _ of profile);
  expect([...profile.metadata]).toEqual([["mode", "wall"]]);
  expect(profile.allMetadata).toHaveLength(4);
});

it("go on through the format, and are said once", async () => {
  const named = (thread: string, threadName?: string) => ({
    ...sampleOf("f@a.py"),
    thread,
    ...(threadName && { threadName }),
  });
  const samples = [named("1"), named("1", "one"), named("1", "one"), named("2", "two"), named("1", "uno"), named("2")];
  const pieces: Uint8Array[] = [];
  for await (const piece of mojo.write(profileOf(samples, { mode: "wall" }))) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  expect(await namesIn(bytes)).toEqual([undefined, "one", "one", "two", "uno", undefined]);
  const profile = readMojo(bytes);
  for await (const _ of profile);
  expect(profile.allMetadata.filter(({ key }) => isThreadNameKey(key))).toHaveLength(4);
});

it.each(["thread name", "thread name 1:0", "thread name x:0:1", "thread names 1:0:1", "Thread name 1:0:1"])(
  "the key %j is another fact",
  async (key) => {
    const bytes = stream((encoder, sample) => {
      encoder.metadata(key, "value");
      sample(1, 0, "1");
    });
    expect(await namesIn(bytes)).toEqual([undefined]);
    const profile = readMojo(bytes);
    for await (const _ of profile);
    expect(profile.metadata.get(key)).toBe("value");
  },
);
