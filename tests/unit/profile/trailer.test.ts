// What a profile says of itself behind the last sample.
import { describe, expect, it } from "vitest";
import { readMojo } from "../../../src/mojo/index.js";
import { encodeTrailer } from "../../../src/sinks/mojo_metadata.js";
import { collect, stream } from "../mojo/streams.js";
import { FULL } from "../statistics.js";

async function trailerOf(statistics: Parameters<typeof encodeTrailer>[1]): Promise<ReadonlyMap<string, string>> {
  const profile = readMojo(stream((encoder) => encodeTrailer(encoder, statistics)));
  expect(await collect(profile)).toEqual([]);
  return profile.metadata;
}

describe("a trailer", () => {
  it("tells errors as a part of the samples and of the time", async () => {
    const trailer = await trailerOf(FULL);
    expect(trailer.get("errors")).toBe("19/19000");
    expect(trailer.get("errors time")).toBe("38000/1900000");
  });

  it("tells which processes were not sampled", async () => {
    const trailer = await trailerOf({ ...FULL, processesNotSampled: { "may not be read": 2 } });
    expect(trailer.get("not sampled may not be read")).toBe("2");
  });

  it("tells of how many threads that waited the kernel's stack is known, where it was asked for", async () => {
    const kernelStacks = { asked: 120, known: 118 };
    expect((await trailerOf({ ...FULL, kernelStacks })).get("kernel stacks")).toBe("118/120");
    expect((await trailerOf(FULL)).has("kernel stacks")).toBe(false);
  });

  it("has no part of a time that nobody measured", async () => {
    const trailer = await trailerOf({ ...FULL, takenMicroseconds: 0, incompleteMicroseconds: 0 });
    expect(trailer.get("errors")).toBe("19/19000");
    expect(trailer.has("errors time")).toBe(false);
  });
});
