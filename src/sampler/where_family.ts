// Where a process and all that descend from it are. In: the root's id. Out: the stacks of those that are Python, newest
// process first and the root last, as Austin has them; and those that are Python and can't be read.
import { ProcessDenied, ProcessGone } from "../host/index.js";
import { TargetLost } from "../memory/source.js";
import type { ProcessStacks } from "../model/stacks.js";
import { ProcessTree } from "../target/tree.js";
import { AttachError } from "./snapshots.js";
import { type WhereOptions, where } from "./where.js";

export interface FamilyStacks {
  readonly processes: readonly ProcessStacks[];
  readonly refused: readonly AttachError[];
}

/** What a process may be that is passed over: gone, not Python, or not yet. */
const PASSED_OVER = ["gone", "not-python", "timed-out"];

/** A child whose interpreter starts, or hangs while it ends, is waited for so long: by then it has a thread to be shown. */
const STARTING_MILLISECONDS = 1000;

/**
 * Look at a process and its descendants once. The descendants are there or not: nobody waits for them to become Python.
 * @throws what `where` throws for the root, if there is no Python below it
 */
export async function whereFamily(root: number, options: WhereOptions): Promise<FamilyStacks> {
  const processes: ProcessStacks[] = [];
  const refused: AttachError[] = [];
  for (const pid of descendants(root)) {
    try {
      processes.push(await whereChild(pid, options));
    } catch (error) {
      if (!(error instanceof TargetLost || (error instanceof AttachError && error.result.kind !== "aborted")))
        throw error;
      if (error instanceof AttachError && !PASSED_OVER.includes(error.result.kind)) refused.push(error);
    }
  }
  try {
    processes.push(await where(root, processes.length === 0 ? options : { ...options, timeoutMilliseconds: 0 }));
  } catch (error) {
    const isPassedOver = error instanceof AttachError && PASSED_OVER.includes(error.result.kind);
    if (processes.length === 0 || !isPassedOver) throw error;
  }
  return { processes, refused };
}

async function whereChild(pid: number, options: WhereOptions): Promise<ProcessStacks> {
  const look = (timeoutMilliseconds: number) => where(pid, { ...options, timeoutMilliseconds, isChild: true });
  try {
    return await look(0);
  } catch (error) {
    if (error instanceof AttachError && isStarting(error.result)) return look(STARTING_MILLISECONDS);
    throw error;
  }
}

function isStarting(result: AttachError["result"]): boolean {
  return result.kind === "timed-out" && result.last.reason === "uninitialised";
}

/** Ids of those that descend from a process, newest first. */
function descendants(root: number): number[] {
  try {
    const tree = new ProcessTree(root);
    const members = tree.living();
    tree.close();
    return members
      .filter(({ pid }) => pid !== root)
      .sort((one, other) => other.startTime - one.startTime || other.pid - one.pid)
      .map(({ pid }) => pid);
  } catch (error) {
    // The look at the root itself will tell.
    if (error instanceof ProcessGone || error instanceof ProcessDenied) return [];
    throw error;
  }
}
