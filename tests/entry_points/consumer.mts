// What another program may write in strict TypeScript: it is compiled against the packed package, and not run.
import { compare, hotSpots, lineHeat, metricsOf, StackTree } from "austin-ts/analysis";
import { CaptureError, type DecodeOptions, decodeCapture } from "austin-ts/capture";
import { Decoder, instantiate, type MemorySource, type WasmModule } from "austin-ts/decoder";
import { Filter, type FilterWords, filterSamples } from "austin-ts/filters";
import { type Format, pprof, speedscope, type WriteOptions } from "austin-ts/formats";
import {
  AustinError,
  hottestFunctions,
  MojoEncoder,
  type MojoEvent,
  readMojo,
  readMojoEvents,
  type SampleInput,
  sampleStream,
} from "austin-ts/mojo";

// The least that must be said, and what may be said to be unknown.
const least: SampleInput = { pid: 1, thread: "1", frames: [{ kind: "code", scope: "f", filename: "f.py" }] };
const unknown: SampleInput = {
  ...least,
  interpreterId: undefined,
  idle: undefined,
  metrics: { timeMicroseconds: undefined },
  frames: [{ kind: "invalid" }, { kind: "code", scope: "f", filename: "f.py", location: { line: 3 } }],
};
export const options: readonly [WriteOptions, DecodeOptions, FilterWords] = [
  { name: undefined, onLoss: undefined },
  { module: undefined, filters: undefined },
  { modules: undefined, window: { from: 0, to: 1_000_000 } },
];

export async function convert(source: AsyncIterable<Uint8Array>, format: Format = speedscope): Promise<number> {
  let bytes = 0;
  for await (const chunk of format.write(filterSamples(readMojo(source), { mainThread: true }))) bytes += chunk.length;
  for await (const chunk of pprof.write(sampleStream([least, unknown], { mode: "wall", interval: 100 }))) {
    bytes += chunk.length;
  }
  return bytes;
}

export async function analyse(bytes: Uint8Array): Promise<string[]> {
  const profile = readMojo(bytes);
  const filter = new Filter({ functions: ["!idle"] });
  const { threads } = await StackTree.of(filterSamples(profile, filter));
  const [metric] = metricsOf(profile.metadata);
  if (metric === undefined) return [];
  const hottest = hotSpots(threads, metric).functions[0]?.function.scope ?? "nothing";
  const changed = compare([threads, threads], metric).functions.filter(({ own }) => own.shares.isReal);
  const [first] = await hottestFunctions(sampleStream([least]));
  const left: number = filter.leftOut.samples;
  return [hottest, `${changed.length}`, `${lineHeat(threads, metric).length}`, first?.scope ?? "", `${left}`];
}

export async function decode(source: Uint8Array | Blob, module: WasmModule): Promise<string[]> {
  const names: string[] = [];
  for await (const { frames, metrics, idle } of decodeCapture(source, { module })) {
    const leaf = frames.at(-1);
    const time: number | undefined = metrics.timeMicroseconds;
    if (leaf?.kind === "code") names.push(`${leaf.scope}:${leaf.location.line} ${time ?? "?"} ${idle}`);
  }
  const nothing: MemorySource = { fill: () => 0 };
  names.push(new Decoder(instantiate(module)).sample(nothing));
  return names;
}

export async function events(source: Iterable<Uint8Array>): Promise<MojoEvent["kind"][]> {
  const kinds: MojoEvent["kind"][] = [];
  for await (const event of readMojoEvents(source)) kinds.push(event.kind);
  new MojoEncoder().metadata("mode", "wall");
  return kinds;
}

export function explain(error: unknown): string {
  if (error instanceof CaptureError) return `${error.problem} at byte ${error.offset}`;
  if (!(error instanceof AustinError)) throw error;
  switch (error.kind) {
    case "malformed-mojo":
      return "not MOJO";
    case "not-attached":
      return "not attached";
    default:
      return error.message;
  }
}
