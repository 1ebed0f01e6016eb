// From a process id to a family of which somebody can be sampled. In: the root and how long to wait. Out: the family with
// those found so far, or why there is none. It ends nobody.
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessDenied, ProcessGone } from "../host/index.js";
import type { WaitOptions } from "../target/wait.js";
import { Clock } from "./clock.js";
import type { Connection, ConnectResult } from "./connect.js";
import type { Decoders } from "./decoders.js";
import { Family, type FamilyResult } from "./family.js";
import type { ProcessOptions } from "./process_options.js";

/** A family with at least one member that can be sampled. */
export interface FamilyConnection {
  readonly kind: "family";
  readonly family: Family;
  readonly connections: readonly Connection[];
}

const PAUSE_MILLISECONDS = 1;

/**
 * Wait until the process `root`, or one that descends from it, can be sampled. What we launched is given all the time it
 * takes, as it is bound to end; another family the time-out, and its root's refusal is definite where it may not be read.
 * @param sampling how the first sample of each is to be taken
 * @param begun is given the family as soon as it is followed; close it after use
 */
export async function connectFamily(
  root: number,
  options: Omit<WaitOptions, "isReady">,
  decoders: Decoders,
  sampling: ProcessOptions,
  begun: (family: Family) => void,
): Promise<FamilyConnection | Exclude<ConnectResult, Connection>> {
  const { timeoutMs, launched, signal, facts } = options;
  let family: Family;
  try {
    family = new Family(root, decoders, sampling, facts);
  } catch (error) {
    if (error instanceof ProcessGone) return { kind: "gone", wasThere: false };
    if (error instanceof ProcessDenied) {
      return { kind: "denied", call: error.call, errno: error.errno, path: error.path };
    }
    throw error;
  }
  begun(family);
  const found = new Map<number, Connection>();
  const listener = {
    found: (connection: Connection) => void found.set(connection.interpreter.pid, connection),
    left: (pid: number) => void found.delete(pid),
  };
  const deadline = launched ? Number.POSITIVE_INFINITY : Clock.now() + timeoutMs * 1000;
  const ended = (): Exclude<ConnectResult, Connection> | undefined => {
    if (signal?.aborted) return { kind: "aborted" };
    if (family.isEmpty) return { kind: "gone", wasThere: true };
    const { rootResult } = family;
    if (rootResult !== undefined && !launched && rootResult.kind === "denied") return rootResult;
    return Clock.now() > deadline ? refusal(rootResult) : undefined;
  };
  for (;;) {
    family.look(Clock.now(), 0, listener);
    const connections = [...found.values()];
    if (connections.length > 0) return { kind: "family", family, connections };
    await sleep(PAUSE_MILLISECONDS);
    const end = ended();
    if (end !== undefined) return end;
  }
}

function refusal(last: FamilyResult | undefined): Exclude<ConnectResult, Connection> {
  if (last === undefined || last.kind === "found") return { kind: "gone", wasThere: true };
  if (last.kind === "no-room") throw last.error;
  return last.kind === "not-yet" ? { kind: "timed-out", last } : last;
}
