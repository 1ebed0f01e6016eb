// Samples with native frames, as plain objects. In: a connection. Out: the stacks of all threads, also of those that Python doesn't know, each of one moment, with
// Python's frames in the place of its eval loop's; what is lacking is said. It knows no output.
import { type HostThreadIds, host } from "../host/index.js";
import { demangleAll } from "../native/demangle.js";
import type { NativeJournal } from "../native/journal.js";
import { LiveCode } from "../native/live_code.js";
import { Modules } from "../native/modules.js";
import { NativeLook, type NativeSnapshot } from "../native/native_look.js";
import { type NativeName, placeOf } from "../native/native_name.js";
import type { NativeCall } from "../native/unwinder.js";
import { Unwinder } from "../native/unwinder.js";
import type { SnapshotReader } from "../profile/snapshot_reader.js";
import type { Connection } from "./connect.js";
import { HeldMemory, type StandingThreads } from "./held_memory.js";
import { nativeIdOf } from "./native_id.js";

const NOBODY: ReadonlySet<number> = new Set();

/** Native samples of one process. Close it after use. */
export class NativeSnapshots {
  readonly #connection: Connection;
  readonly #memory: HeldMemory;
  readonly #reader: SnapshotReader;
  readonly #ids: HostThreadIds;
  readonly #readNames: () => void;
  readonly #journal: NativeJournal | undefined;
  readonly #unwinder = Unwinder.take();
  #isFirst = true;

  /**
   * @param reader which learns from each sample of the connection's decoder
   * @param readNames reads what the program calls the threads of the sample that the decoder holds
   * @param kernel whether the kernel's frames are wanted, too
   * @param journal where what samples are made of is to be written down
   */
  constructor(
    connection: Connection,
    reader: SnapshotReader,
    readNames: () => void,
    kernel: boolean,
    journal: NativeJournal | undefined,
  ) {
    this.#readNames = readNames;
    this.#connection = connection;
    const { decoder, interpreter, memory } = connection;
    const kernelStacks = kernel ? host.kernelStacks(interpreter.pid) : undefined;
    this.#memory = new HeldMemory(memory, () => decoder.attempt, undefined, undefined, kernelStacks);
    this.#reader = reader;
    this.#ids = host.threadIds(connection.interpreter.pid);
    this.#journal = journal;
  }

  /** Take one sample; undefined when the process has no interpreter at this moment. @throws as `Snapshots.sample` */
  async sample(): Promise<NativeSnapshot | undefined> {
    const { decoder, interpreter, memory } = this.#connection;
    const journal = this.#journal;
    const mappings = host.readMappings(interpreter.pid);
    const code = new LiveCode(memory, () => mappings, journal);
    const modules = new Modules(mappings, code);
    if (decoder.hasOneFrameEach) code.findEvals(mappings, interpreter.runtimeAddress);
    code.follow(modules);
    journal?.opened(mappings, code.evals, !this.#isFirst);
    this.#isFirst = false;
    this.#unwinder.forget();
    this.#memory.begin();
    this.#memory.learn(mappings);
    journal?.begins("copied", [], NOBODY);
    const { checkpoint, proof, onlyOffCpu, runs } = decoder.wants;
    const outcome = decoder.sample(this.#memory, checkpoint | proof | onlyOffCpu | runs);
    this.#reader.learn();
    if (outcome !== "sampled") return undefined;
    const tools = { unwinder: this.#unwinder, modules, evals: code.evals };
    const look = new NativeLook(decoder, this.#reader, this, tools, ({ stackStart, stackEnd }) =>
      this.#memory.enlarge(Number(stackEnd - stackStart)),
    );
    journal?.made([], this.copies, undefined, "whole");
    // Behind all that is asked of the sample: what is copied for them lies where its copies lay.
    this.#readNames();
    look.addNames(this.#reader.names());
    const names = await namesOf(look.calls, code);
    for (const [place, name] of names) journal?.name(place, name);
    journal?.finished();
    return look.snapshot((call) => names.get(placeOf(call)) as NativeName);
  }

  get copies(): ReadonlyMap<number, StandingThreads> {
    return this.#memory.copies;
  }

  tidOf(nativeId: number): number | undefined {
    const tid = this.#ids.of(nativeId);
    this.#journal?.tid(nativeId, tid);
    return tid;
  }

  own(tid: number): { readonly nativeId: number; readonly title: undefined } {
    const nativeId = nativeIdOf(this.#connection.interpreter.pid, tid);
    this.#journal?.own(tid, nativeId, undefined);
    return { nativeId, title: undefined };
  }

  close(): void {
    this.#unwinder.giveBack();
    this.#memory.close();
  }
}

/** Names of places, as people read them. */
async function namesOf(calls: readonly NativeCall[], code: LiveCode): Promise<Map<bigint, NativeName>> {
  for (const call of calls) code.nameOf(call);
  code.readAll();
  const linked = new Map(calls.map((call) => [placeOf(call), code.nameOf(call) as NativeName]));
  code.close();
  const plain = await demangleAll([...linked.values()].map(({ name }) => name));
  return new Map(
    [...linked].map(([place, { name, module }]) => [place, { name: plain.get(name) ?? name, module }] as const),
  );
}
