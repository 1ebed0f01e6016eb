// A process and all that descend from it. In: the root's id. Out: members as they begin, orphans included. It looks at
// the host alone: it starts, signals and reaps nothing, and doesn't know what a member runs.
//
// A child is known by its parent. An orphan's parent is somebody else's, so it is known by what else it has from its
// ancestors: the process group or session that a member leads; or, forked and without an exec since, the very addresses of
// its code and stack, which are random. Not known is who lost its parent, left its group and replaced its program all
// within one look.
import { type Births, host, ProcessDenied, ProcessGone, type ProcessStat, ProcessUnseen } from "../host/index.js";
import { now } from "../memory/monotonic_clock.js";

export interface Member {
  readonly pid: number;
  /** In ticks since the system began: with the id it names a process for good. */
  readonly startTime: number;
}

const INIT = 1;
/** Leaders and programs beyond are forgotten, oldest first. */
const REMEMBERED = 4096;

/** Close it after use. */
export class ProcessTree {
  /** Those that have not been said to have ended. */
  readonly members = new Map<number, Member>();
  readonly #root: number;
  /** When the root began: no orphan that is older descends from it. */
  readonly #since: number;
  readonly #births: Births;
  /** Ids that members have or had: the groups and sessions they lead outlive them. */
  readonly #leaders = new Set<number>();
  readonly #programs = new Set<string>();
  /** The process group that the root was in when it was first seen. */
  readonly rootGroup: number;
  readonly #ancestors = new Set<number>();
  readonly #reapers = new Set([INIT]);
  #added: Member[] = [];

  /** @throws ProcessGone, ProcessDenied when the root isn't there or can't be seen */
  constructor(root: number, births = host.watchBirths()) {
    this.#births = births;
    this.#root = root;
    const stat = host.readStat(root);
    this.rootGroup = stat.group;
    this.#since = stat.startTime;
    this.#add(root, stat);
    this.#noteAncestors(stat.parent);
    this.#addDescendants();
  }

  /** Members that have come since the last look. @param now in microseconds */
  look(now: number): readonly Member[] {
    for (const id of this.#births.since(now)) {
      if (!this.#consider(id)) this.#births.absent(id, now);
    }
    const added = this.#added;
    if (added.length > 0) this.#added = [];
    return added;
  }

  /** Members that run at this moment, those that have come since included. */
  living(): Member[] {
    const added = this.look(now());
    this.#added.push(...added);
    for (const { pid, startTime } of [...this.members.values()]) {
      if (!isRunning(pid, startTime)) this.forget(pid);
    }
    return [...this.members.values()];
  }

  get tableSizes(): Readonly<Record<string, number>> {
    return {
      "tree members": this.members.size,
      leaders: this.#leaders.size,
      programs: this.#programs.size,
      ...this.#births.tableSizes,
    };
  }

  /** A member was seen to run this program. */
  note({ program }: { readonly program: string | undefined }): void {
    if (program !== undefined && program !== "") remember(this.#programs, program);
  }

  /** A member has ended. */
  forget(pid: number): void {
    this.members.delete(pid);
  }

  close(): void {
    this.#births.close();
  }

  /** @returns false where nothing is to be seen under this id */
  #consider(id: number): boolean {
    let stat: ProcessStat;
    try {
      stat = host.readStat(id);
      const known = this.members.get(id);
      if (known?.startTime === stat.startTime || id === process.pid) return true;
      if (!this.#descends(stat)) return true;
      // A thread is seen under its id, too, with its process's parent.
      if (host.readStatus(id).process !== id) return true;
      if (host.hasEnded(id, stat)) {
        // What it began may be an orphan by now.
        remember(this.#leaders, id);
        return true;
      }
    } catch (error) {
      if (error instanceof ProcessDenied) return true;
      if (error instanceof ProcessGone || error instanceof ProcessUnseen) return false;
      throw error;
    }
    this.#add(id, stat);
    return true;
  }

  #descends(stat: ProcessStat): boolean {
    const { parent, group, session, program, startTime } = stat;
    if (this.members.has(parent)) return true;
    if (!this.#ancestors.has(parent) || startTime < this.#since) return false;
    if (this.#leaders.has(group) || this.#leaders.has(session) || this.#programs.has(program)) return true;
    return group === this.rootGroup && this.#reapers.has(parent);
  }

  #add(pid: number, stat: ProcessStat): void {
    const member = { pid, startTime: stat.startTime };
    this.members.set(pid, member);
    remember(this.#leaders, pid);
    this.note(stat);
    this.#added.push(member);
  }

  /** Orphans go to one of the root's ancestors. Ours are we: what we start for ourselves is no orphan. */
  #noteAncestors(parent: number): void {
    try {
      for (let pid = parent; pid > 0; pid = host.readStat(pid).parent) {
        if (pid !== process.pid) this.#ancestors.add(pid);
        if (host.adoptsOrphans(pid)) this.#reapers.add(pid);
      }
    } catch (error) {
      if (!(error instanceof ProcessGone || error instanceof ProcessDenied)) throw error;
    }
    this.#ancestors.add(INIT);
  }

  #addDescendants(): void {
    const children = new Map<number, [number, ProcessStat][]>();
    for (const pid of host.processIds()) {
      try {
        const stat = host.readStat(pid);
        const siblings = children.get(stat.parent);
        if (siblings) siblings.push([pid, stat]);
        else children.set(stat.parent, [[pid, stat]]);
      } catch (error) {
        if (!(error instanceof ProcessGone || error instanceof ProcessDenied)) throw error;
      }
    }
    const open = [this.#root];
    for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
      for (const [pid, stat] of children.get(parent) ?? []) {
        if (this.members.has(pid) || host.hasEnded(pid, stat)) continue;
        this.#add(pid, stat);
        open.push(pid);
      }
    }
  }
}

function isRunning(pid: number, since: number): boolean {
  try {
    const stat = host.readStat(pid);
    return stat.startTime === since && !host.hasEnded(pid, stat);
  } catch (error) {
    // One that is no longer ours to see still runs.
    if (error instanceof ProcessDenied || error instanceof ProcessUnseen) return true;
    if (error instanceof ProcessGone) return false;
    throw error;
  }
}

function remember<T>(set: Set<T>, value: T): void {
  set.add(value);
  if (set.size > REMEMBERED) set.delete(set.values().next().value as T);
}
