// Why a process isn't sampled, as a message. In: what looking for its interpreter gave, and how it came to be. Out: the
// message that fits. It prints nothing and ends nothing.
import { host } from "../../host/index.js";
import { readRefusal } from "../../memory/refused.js";
import type { Connection, ConnectResult } from "../../sampler/connect.js";
import type { Refusal } from "../../sampler/sampled_process.js";
import { type PythonProcess, pythonDescendants } from "../../target/descendants.js";
import type { ProcessEnd } from "../../target/launch.js";
import { SUPPORTED_PYTHONS } from "../words/version.js";
import {
  commandEndedTooQuickly,
  foreignProc,
  interpreterNotFound,
  type Message,
  noSuchProcess,
  notPython,
  permissionDenied,
  unsupportedVersion,
} from "./index.js";

/** No interpreter, for a reason that lies in the process. */
export type NoInterpreter = Exclude<ConnectResult, Connection | { readonly kind: "aborted" }>;

export interface RefusedTarget {
  readonly pid: number;
  /** The command that was started; undefined for a process that was attached to. */
  readonly command: string | undefined;
  /** How the command ended, if it has. */
  readonly end: ProcessEnd | undefined;
  readonly timeoutMilliseconds: number;
  /** Processes below it that run Python, where it may have some. */
  readonly pythons?: readonly PythonProcess[];
  /** The signal with which we have ended the command. */
  readonly endedWith?: string | undefined;
  /** Whether the processes below it were to be sampled, too. */
  readonly children?: boolean;
}

/** Of a process that isn't sampled, those below it that could be: asked before anybody is ended. */
export function pythonsBelow(result: NoInterpreter, pid: number): readonly PythonProcess[] {
  return result.kind === "not-python" || result.kind === "timed-out" ? pythonDescendants(pid) : [];
}

/** What to say of a process in which no interpreter was found. */
export function refusalMessage(result: NoInterpreter, target: RefusedTarget): Message {
  const { pid, command, end, timeoutMilliseconds, pythons = pythonsBelow(result, pid), endedWith } = target;
  switch (result.kind) {
    case "gone":
      return command !== undefined && end !== undefined
        ? commandEndedTooQuickly({ command, pid, end, pythons, children: target.children })
        : goneMessage(pid, result.wasThere);
    case "foreign-proc":
      return foreignProc({ pid });
    case "not-python":
      return notPython({ pid, executable: result.exe, command, pythons, endedWith });
    case "unsupported":
      return unsupportedVersion({ pid, interpreter: result.name, supported: SUPPORTED_PYTHONS });
    case "refused": {
      const interpreter = `Python ${result.interpreter.version.text}`;
      return unsupportedVersion({ pid, interpreter, supported: SUPPORTED_PYTHONS });
    }
    case "denied":
      return deniedMessage(pid, result, command !== undefined);
    case "timed-out":
      return interpreterNotFound({
        pid,
        executable: result.last.exe,
        timeoutMilliseconds,
        missing: result.last.why,
        command,
        pythons,
        endedWith,
      });
  }
}

/** What to say of a process that is not there, or not any more. */
export function goneMessage(pid: number, wasThere: boolean): Message {
  const zombie = host.processState(pid) === "zombie";
  return noSuchProcess({ pid, zombie, wasThere, idsHere: zombie || wasThere ? [] : host.idsHere(pid) });
}

/** What to say of a process that may not be read, with the facts that decide it. */
export function deniedMessage(pid: number, { call, errno }: Refusal, launched: boolean): Message {
  const facts = host.accessFacts(pid);
  return permissionDenied({
    call,
    errno,
    pid,
    ownUid: facts.ourEffectiveUser,
    targetUid: facts.targetUser,
    ownGid: facts.ourEffectiveGroup,
    targetGid: facts.targetGroup,
    targetIsDumpable: facts.targetIsDumpable,
    targetHasMoreCapabilities: facts.targetHasMoreCapabilities,
    sameUserNamespace: facts.sameUserNamespace,
    ownSeccomp: facts.ourSeccomp,
    ownMemoryErrno: readRefusal(process.pid),
    targetLabel: facts.targetLabel,
    ptraceScope: facts.ptraceScope,
    hasSysPtrace: facts.mayTraceAny,
    launched,
    protection: facts.protection,
  });
}
