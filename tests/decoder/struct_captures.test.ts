// The captures of free-threaded builds that are kept in tests/structs/captures: they decode to the stacks that were put into
// them, without headers or Python; and where the headers are those that they were made of, they come out the same again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Blocks } from "../../src/capture/container.js";
import { decodeCapture } from "../../src/capture/index.js";
import { capturedBuilds, captureName, capturesFolder, stacksPath, textOf, writeCapture } from "../structs/capture.js";

const names = readdirSync(capturesFolder).filter((name) => name.endsWith(".capture"));

const expected = readFileSync(stacksPath, "utf8");

it("there is one of each version and word size", () => {
  const minors = [13, 14, 15];
  expect(names.sort()).toEqual(minors.flatMap((minor) => [`3.${minor}t-32.capture`, `3.${minor}t-64.capture`]));
});

describe.each(names)("%s", (name) => {
  it("decodes to the stacks that were put into it", async () => {
    const capture = decodeCapture(readFileSync(join(capturesFolder, name)));
    const looks = await capture.stacks();
    expect(capture.isCut).toBe(false);
    expect(capture.figures).toMatchObject({ failures: new Map(), diverged: 0, missing: 0 });
    expect(looks.length).toBe(1);
    const { stacks, look } = looks[0] as (typeof looks)[number];
    expect(look?.freeThreaded).toBe(true);
    expect(stacks.reasons).toEqual([]);
    for (const { reasons } of stacks.threads) expect(reasons).toEqual([]);
    const shown = [...stacks.threads].sort((one, other) => one.nativeId - other.nativeId);
    const texts = shown.map(({ frames }) =>
      frames.map((frame) => {
        if (frame.kind !== "code") return frame.kind;
        const { line, lineEnd, column, columnEnd } = frame.location;
        return `${frame.scope} ${frame.filename}:${line}:${column}-${lineEnd}:${columnEnd}`;
      }),
    );
    expect(textOf(texts)).toEqual(expected);
  });
});

describe.each(capturedBuilds)("made again, that of $title", (build) => {
  const folder = mkdtempSync(join(tmpdir(), "captures-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What compresses may differ between versions of Node: the log is compared. */
  async function logOf(path: string): Promise<Buffer> {
    const blocks: Uint8Array[] = [];
    for await (const { bytes } of new Blocks(readFileSync(path))) blocks.push(bytes.slice());
    return Buffer.concat(blocks);
  }

  it("is the same, and has the same stacks", async () => {
    const name = captureName(build);
    const path = join(folder, name);
    const stacks = await writeCapture(build, path);
    expect(textOf(stacks)).toEqual(expected);
    const kept = await decodedOrigin(join(capturesFolder, name));
    // Of another patch release, structs may have other sizes.
    if (kept === build.python.version.join(".")) {
      expect(await logOf(path)).toEqual(await logOf(join(capturesFolder, name)));
    }
  });
});

/** The release whose headers a capture was made of. */
async function decodedOrigin(path: string): Promise<string | undefined> {
  const capture = decodeCapture(readFileSync(path));
  await capture.stacks();
  return capture.origin?.toolVersion;
}
