// Captures of builds that nobody has at hand, made of structs (structs.h), so that whatever reads captures can be tried on them
// where there are neither headers nor a compiler. In: a build. Out: a capture of one look at its memory, through the
// library's own writer. The same headers give the same log.
//   npm run structs:captures
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureFile } from "../../src/recording/index.js";
import { BuiltMemory } from "../decoder/built_memory.js";
import { OffCpuSource } from "../decoder/off_cpu_source.js";
import { projectRoot } from "../pythons.js";
import { buildMemory, FIRST_PID, type StructsBuild, structsBuilds } from "../structs.js";

/** Where the captures are kept. */
export const capturesFolder = join(projectRoot, "tests/structs/captures");

/** The builds that are captured: those of which there are no real ones, of the newest release of each minor version. */
export const capturedBuilds: readonly StructsBuild[] = structsBuilds.filter(
  ({ kind, python }) => kind === "free-threaded" && python.origin === "debian",
);

/** What all of them show. */
export const stacksPath = join(capturesFolder, "stacks.txt");

/** Name of a build's capture: "3.14t-64.capture". */
export function captureName({ python, wordSize }: StructsBuild): string {
  return `3.${python.version[1]}t-${wordSize * 8}.capture`;
}

/** Attempts at a sample: the first learns the threads, the second has an off-CPU copy for each of them. */
const SAMPLES = 3;

/** Write the capture of a build to `path`; @returns the stacks that it must show, thread by thread. */
export async function writeCapture(build: StructsBuild, path: string): Promise<readonly (readonly string[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "structs-"));
  const { bytes, start, runtime, said } = buildMemory(build, join(folder, "memory"));
  rmSync(folder, { recursive: true });
  const memory = new BuiltMemory();
  memory.noteFills = false;
  memory.write(start, bytes);
  const [major, minor, micro] = build.python.version;
  const pythonVersion = build.python.version.join(".");
  const { wordSize } = build;

  const file = new CaptureFile(path);
  file.log.fact("capture", {
    tool: "tests/structs/capture.ts",
    toolVersion: pythonVersion,
    started: "1970-01-01T00:00:00.000Z",
    options: [],
    platform: "linux",
    release: "",
    architecture: wordSize === 8 ? "x64" : "ia32",
    byteOrder: "little",
  });
  const decoder = file.log.decoder();
  const version = { major, minor, micro };
  decoder.attach(
    { runtimeAddress: BigInt(runtime), wordSize, version, hasDebugOffsets: true, ownPid: FIRST_PID },
    memory,
  );
  const { checkpoint, proof, mayCopyOffCpu } = decoder.wants;
  const source = new OffCpuSource(memory);
  for (let i = 0; i < SAMPLES; i++) decoder.sample(source, checkpoint | proof | mayCopyOffCpu);
  const look = { decoder: decoder.number, pid: FIRST_PID, isChild: false, pythonVersion, freeThreaded: true };
  file.log.fact("looked", { ...look, states: [], newer: [] });
  await file.close();
  return said.map(({ frames }) => frames);
}

/** Stacks as text: a frame a line, with how often it follows itself, and an empty line between stacks. */
export function textOf(stacks: readonly (readonly string[])[]): string {
  const lines = stacks.map((frames) => {
    const firsts = frames.flatMap((frame, i) => (frame === frames[i - 1] ? [] : [i]));
    return firsts.map((first, i) => {
      const times = (firsts[i + 1] ?? frames.length) - first;
      return times === 1 ? `${frames[first]}\n` : `${frames[first]} (${times} times)\n`;
    });
  });
  return lines.map((stack) => stack.join("")).join("\n");
}

/** Write all captures, and what they must show: the same program gives the same positions in every version. */
export async function writeCaptures(): Promise<void> {
  mkdirSync(capturesFolder, { recursive: true });
  for (const build of capturedBuilds) {
    const stacks = await writeCapture(build, join(capturesFolder, captureName(build)));
    writeFileSync(stacksPath, textOf(stacks));
  }
}
