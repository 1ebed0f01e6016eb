// An old capture and another version of the decoder: a wrong offset in a layout reads it wrongly, the right one rightly,
// whichever of the two recorded it.
import { beforeAll, describe, expect, it } from "vitest";
import { decodeCapture } from "../../../src/capture/index.js";
import { localModule } from "../../../src/decoder/local.js";
import { instantiate } from "../../../src/decoder/wasm.js";
import { type BuiltCapture, smallCapture } from "../../capture/built_capture.js";
import { otherDecoder } from "../../capture/other_decoder.js";

const LAYOUT = "cpython_3_12.ts";
/** Tables are asked for before names, and more of them at once. */
const ORDER = {
  "  let name = READ;": "  readTable(code);\n  let name = READ;",
  "Layout.bytesData + 256": "Layout.bytesData + 512",
};

interface Read {
  /** Each stack, root first, as "function:line". */
  readonly stacks: string[];
  readonly diverged: number;
  readonly missing: number;
}

async function read(file: Uint8Array, module: WebAssembly.Module): Promise<Read> {
  const capture = decodeCapture(file, { module });
  const stacks: string[] = [];
  for await (const { frames } of capture) {
    stacks.push(frames.map((one) => (one.kind === "code" ? `${one.scope}:${one.location.line}` : "invalid")).join(" "));
  }
  const { diverged, missing } = capture.figures ?? { diverged: 0, missing: 0 };
  return { stacks, diverged, missing };
}

describe("a capture that the right decoder recorded", () => {
  let capture: BuiltCapture;
  let file: Uint8Array;
  let right: Read;

  beforeAll(async () => {
    capture = smallCapture("3.12");
    file = await capture.file();
    right = await read(file, localModule());
    expect(right.stacks.length).toBeGreaterThan(6);
    expect(right.diverged).toBe(0);
  });

  it("is read wrongly with a wrong offset of a number", async () => {
    const module = otherDecoder(LAYOUT, { "codeFirstLine = wide ? 68": "codeFirstLine = wide ? 72" });
    const wrong = await read(file, module);
    expect(wrong.stacks.length).toBe(right.stacks.length);
    expect(wrong.stacks).not.toEqual(right.stacks);
    expect(await read(file, localModule())).toEqual(right);
  });

  it("has no memory for a pointer that leads elsewhere, and says so", async () => {
    const module = otherDecoder(LAYOUT, { "codeQualname = wide ? 128": "codeQualname = wide ? 144" });
    const wrong = await read(file, module);
    expect(wrong.diverged).toBeGreaterThan(0);
    expect(wrong.missing).toBeGreaterThan(0);
    expect(wrong.stacks.join(" ")).not.toContain("función");
    expect(await read(file, localModule())).toEqual(right);
  });
});

describe("a capture that a wrong decoder recorded", () => {
  it("is read rightly by the right one", async () => {
    const truth = await read(await smallCapture("3.12").file(), localModule());
    const module = otherDecoder(LAYOUT, { "codeFirstLine = wide ? 68": "codeFirstLine = wide ? 72" });
    const file = await smallCapture("3.12", instantiate(module)).file();
    expect((await read(file, module)).stacks).not.toEqual(truth.stacks);
    expect((await read(file, localModule())).stacks).toEqual(truth.stacks);
  });

  it("is read rightly where the right one asks for other ranges, in another order", async () => {
    const truth = await read(await smallCapture("3.12").file(), localModule());
    const module = otherDecoder("../objects/codes.ts", ORDER);
    const file = await smallCapture("3.12", instantiate(module)).file();
    const again = await read(file, localModule());
    expect(again.diverged).toBeGreaterThan(0);
    expect(again.stacks).toEqual(truth.stacks);
  });
});
