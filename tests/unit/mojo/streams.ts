// Streams that the tests of this folder share, and the few lines to read one.
import type { Sample } from "../../../src/model/sample.js";
import { MojoEncoder, type MojoEvent, readMojo, readMojoEvents } from "../../../src/mojo/index.js";

/** Bytes of what `write` encodes. */
export function encode(write: (encoder: MojoEncoder) => void): Uint8Array {
  const encoder = new MojoEncoder();
  write(encoder);
  return encoder.encoded();
}

/** A stream with the header in front. */
export function stream(write: (encoder: MojoEncoder) => void): Uint8Array {
  return encode((encoder) => {
    encoder.header();
    write(encoder);
  });
}

/** All that `source` yields. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

export async function eventsOf(bytes: Uint8Array): Promise<MojoEvent[]> {
  return collect(readMojoEvents(bytes));
}

export async function samplesOf(bytes: Uint8Array): Promise<Sample[]> {
  return collect(readMojo(bytes));
}

/**
 * A profile in full mode with one of everything: two processes that use the same keys for different things, a
 * redefinition, an invalid and a kernel frame, an empty stack, names in several scripts.
 *
 * @param samples receives the length in bytes after each whole sample
 */
export function everything(samples: number[] = []): Uint8Array {
  return stream((encoder) => {
    const end = () => {
      encoder.endSample();
      samples.push(encoder.length);
    };
    encoder.metadata("austin", "4.0.0");
    encoder.metadata("mode", "full");
    encoder.metadata("gc", "on");
    encoder.stack(100, 0, "64");
    encoder.string(2, "/srv/app.py");
    encoder.string(3, "<module>");
    encoder.frame(0, 2, 3, 10, 12, 1, 5);
    encoder.string(4, "função.名前.🐍");
    encoder.frame(1, 2, 4, 20, 0, 0, 0);
    encoder.frameRefs(Uint32Array.of(9, 0, 1, 9), 1, 3);
    encoder.kernelFrame("do_syscall_64");
    encoder.gc();
    encoder.metricTime(100);
    encoder.idle();
    encoder.metricMemory(-4096);
    end();
    encoder.stack(200, 7, "c8");
    encoder.string(2, "/srv/child.py");
    encoder.string(3, "child");
    encoder.frame(0, 2, 3, 1, 1, 1, 2);
    encoder.frameRef(0);
    encoder.frameInvalid();
    encoder.metricTime(2 ** 34);
    encoder.metricMemory(8192);
    end();
    encoder.stack(100, 0, "64");
    encoder.string(3, "renamed");
    encoder.frame(0, 2, 3, 11, 11, 0, 0);
    encoder.frameRef(0);
    encoder.frameRef(1);
    encoder.metricTime(0);
    encoder.metricMemory(0);
    end();
    encoder.stack(100, 1, "");
    encoder.metricTime(70);
    encoder.metricMemory(1);
    end();
    encoder.metadata("gc", "1234");
    encoder.metadata("duration", "5678");
  });
}
