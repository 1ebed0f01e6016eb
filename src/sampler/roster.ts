// Who is sampled in a run. In: connections, and who has ended or is out of sight. Out: the processes of each tick, and what of them the
// profile is told: their versions, and their figures once they are gone. It decides neither when to sample nor when the run ends.
import { addSizes, type TableSizes } from "../model/table_sizes.js";
import type { Profile } from "../profile/profile.js";
import type { Connection } from "./connect.js";
import type { NativeOptions } from "./native_options.js";
import type { OffCpuBudget } from "./off_cpu_budget.js";
import { SampledProcess } from "./sampled_process.js";

/** Of so many processes it is asked at each look whether they live: a tick notices most ends by itself. */
const LIVES_A_LOOK = 8;

export class Roster {
  /** Those that are sampled at each tick. */
  readonly sampled: SampledProcess[] = [];
  /** Members of a family whose interpreter is looked for anew. */
  readonly #away = new Map<number, SampledProcess>();
  readonly #profile: Profile;
  readonly #options: NativeOptions;
  readonly #budget: OffCpuBudget;
  /** The family's root; undefined where there is one process alone. */
  readonly #root: number | undefined;
  /** Of the root, or the one process, as the profile has it last. */
  #version: string | undefined;
  /** The process whose life is looked at next. */
  #next = 0;

  /** @param version what the profile has been told of the root, or of the one process */
  constructor(
    profile: Profile,
    options: NativeOptions,
    budget: OffCpuBudget,
    { root, version }: { readonly root: number | undefined; readonly version: string | undefined },
  ) {
    this.#profile = profile;
    this.#options = options;
    this.#budget = budget;
    this.#root = root;
    this.#version = version;
  }

  /** The interval of the one that asks for most, in microseconds; infinite where nobody is sampled. */
  get intervalMicroseconds(): number {
    let interval = Number.POSITIVE_INFINITY;
    for (const process of this.sampled) interval = Math.min(interval, process.intervalMicroseconds);
    return interval;
  }

  get tableSizes(): TableSizes {
    const all = this.#all();
    return { processes: all.length, ...addSizes(all.map((process) => process.tableSizes)) };
  }

  /** Whether one's interpreter is to be looked for anew. */
  get hasLost(): boolean {
    for (const process of this.sampled) if (process.isLost()) return true;
    return false;
  }

  /** @returns whether it is new; else it was out of sight */
  add(connection: Connection): { readonly process: SampledProcess; readonly isNew: boolean } {
    const { pid } = connection.interpreter;
    const known = this.#away.get(pid);
    this.#away.delete(pid);
    const process = known ?? this.#newProcess(connection);
    known?.goOnWith(connection);
    this.sampled.push(process);
    return { process, isNew: known === undefined };
  }

  #newProcess(connection: Connection): SampledProcess {
    const isRoot = this.#root === undefined || this.#root === connection.interpreter.pid;
    const isAlone = this.#root === undefined;
    return new SampledProcess(connection, this.#profile, this.#options, this.#budget, { isRoot, isAlone });
  }

  find(pid: number): SampledProcess | undefined {
    return this.#away.get(pid) ?? this.sampled.find((process) => process.pid === pid);
  }

  /** Look at some, each in its turn: who has ended without a tick that noticed it, or runs another program. */
  lookAtLives(ended: (process: SampledProcess) => void): void {
    for (let i = 0; i < LIVES_A_LOOK && i < this.sampled.length; i++) {
      const process = this.sampled[this.#next % this.sampled.length] as SampledProcess;
      if (process.isAlive()) this.#next++;
      else ended(process);
    }
  }

  /** Its interpreter is out of sight. */
  putAway(process: SampledProcess): void {
    this.#dismiss(process);
    this.#away.set(process.pid, process);
  }

  /** Its figures are taken, and it is forgotten. */
  close(process: SampledProcess): void {
    process.close();
    this.#away.delete(process.pid);
    this.#dismiss(process);
  }

  closeAll(): void {
    for (const process of this.#all()) this.close(process);
  }

  /** The profile has one version of its root, which is not said again, and one of each other process. */
  tellVersion({ interpreter }: Connection): void {
    const { pid } = interpreter;
    const { text } = interpreter.version;
    if (this.#root !== undefined && pid !== this.#root) {
      this.#profile.metadata(`python ${pid}`, text);
    } else if (text !== this.#version) {
      this.#profile.metadata("python", text);
      this.#version = text;
    }
  }

  #all(): SampledProcess[] {
    return [...this.sampled, ...this.#away.values()];
  }

  #dismiss(process: SampledProcess): void {
    const index = this.sampled.indexOf(process);
    if (index >= 0) this.sampled.splice(index, 1);
  }
}
