// What decides whether a process can be sampled where its memory is asked for by the port of its task (macOS), one check each. In: a process
// id, or none. Out: the facts that were read and what they mean. It changes nothing.
import { host } from "../../host/index.js";
import { readRefusal } from "../../memory/refused.js";
import { TargetLost } from "../../memory/source.js";
import { describeRefusal } from "../messages/refused_call.js";
import { type Check, checkOf } from "./check.js";

const CALL = "task_for_pid";

/** Checks of ourselves. @param canRead whether there is something to read memory with */
export function ownTaskChecks(canRead: boolean): Check[] {
  const { ourEffectiveUser, ourEffectiveGroup, mayTraceAny } = host.accessFacts(process.pid);
  const check = checkOf("austin");
  const who = `user ${ourEffectiveUser}, group ${ourEffectiveGroup}`;
  return [
    check("system", "ok", host.surroundings().system),
    check("user", mayTraceAny ? "ok" : "note", mayTraceAny ? who : `${who}: other processes are read by root alone`),
    ...(canRead ? [readCheck("austin", process.pid)] : [check(CALL, "note", "not tried: there is no add-on")]),
  ];
}

/**
 * Checks of process `pid`.
 * @throws ProcessGone, ProcessDenied when it can't be looked at at all
 */
export function targetTaskChecks(pid: number): Check[] {
  const { protection, targetTracer } = host.accessFacts(pid);
  const { user, group } = host.readStatus(pid);
  const check = checkOf("process");
  const isClosed = protection?.isHardened === true && protection.isDebuggable !== true;
  return [
    check("state", "ok", host.readStat(pid).state),
    check("program", protection === undefined ? "note" : "ok", protection?.path ?? "none"),
    check("user", "ok", `user ${user}, group ${group}`),
    check(
      "integrity",
      protection?.isOfSystem === true ? "bad" : "ok",
      protection?.isOfSystem === true ? "a part of the system, which nobody may read" : "no part of the system",
    ),
    check("signature", isClosed ? "note" : "ok", signatureText(protection?.isHardened, protection?.isDebuggable)),
    check("tracer", targetTracer === 0 ? "ok" : "note", String(targetTracer || "none")),
    readCheck("process", pid),
  ];
}

function signatureText(isHardened: boolean | undefined, isDebuggable: boolean | undefined): string {
  if (isHardened === undefined) return "none that is understood";
  if (!isHardened) return "without the hardened runtime";
  return `with the hardened runtime, and ${isDebuggable ? "" : "not "}open to debuggers (get-task-allow)`;
}

function readCheck(about: Check["about"], pid: number): Check {
  const check = checkOf(about);
  try {
    const refusal = readRefusal(pid);
    return refusal === undefined
      ? check(CALL, "ok", "works")
      : check(CALL, "bad", `gave ${describeRefusal(CALL, refusal)}`);
  } catch (error) {
    if (!(error instanceof TargetLost)) throw error;
    return check(CALL, "bad", "there is no such process");
  }
}
