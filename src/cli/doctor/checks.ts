// What decides whether a process can be sampled, one check each. In: a process id, or none. Out: the facts that were read
// and what they mean. It changes nothing: it reads files of /proc, and one byte that isn't there.
import { constants } from "node:os";
import { type AccessFacts, host, isHostSystem, type ProcessStatus } from "../../host/index.js";
import type { AddOnFile } from "../../memory/add_on_file.js";
import { AddOnMissing } from "../../memory/add_on_missing.js";
import { copyingCall, readsFiles } from "../../memory/live.js";
import { readRefusal } from "../../memory/refused.js";
import { TargetLost } from "../../memory/source.js";
import { describeErrno } from "../messages/errno.js";
import { type Check, checkOf } from "./check.js";
import { ownTaskChecks, targetTaskChecks } from "./task_port_checks.js";

const SCOPES: Readonly<Record<number, string>> = {
  0: "a user may read the user's other processes",
  1: "a process may read those that it has started, and those that allow it",
  2: "only CAP_SYS_PTRACE may read another process",
  3: "nobody may read another process, until the next reboot",
};
const SECCOMP: Readonly<Record<number, string>> = { 0: "no filter", 1: "strict", 2: "a filter is in force" };
const UNSEEN = "can't be seen";

/** Checks of where we run. @param addOn where it was loaded from, or that it can't be loaded */
export function ownChecks(addOn: AddOnFile | AddOnMissing): Check[] {
  const ours = checkOf("austin");
  const { version, versions, platform, arch } = process;
  const [runtime, its] = versions.bun === undefined ? ["Node", version] : ["Bun", versions.bun];
  const known = `${its}, ABI ${versions.modules}, Node-API ${versions.napi}, ${platform} ${arch}`;
  const node = ours(runtime, "ok", known);
  const isMissing = addOn instanceof AddOnMissing;
  const loaded = isMissing
    ? ours("add-on", "bad", addOn.why ?? `'${addOn.file}' is not there`)
    : ours("add-on", "ok", `${addOn.origin === "built" ? "built here" : "prebuilt"}: ${addOn.path}`);
  if (!isHostSystem) return [node, loaded];
  return [node, loaded, ...(host.usesTaskPorts ? ownTaskChecks(!isMissing) : systemChecks(!isMissing))];
}

/** What Linux says of us. @param canRead whether there is something to read memory with */
function systemChecks(canRead: boolean): Check[] {
  const facts = host.accessFacts(process.pid);
  const { system, securityModules, containerHints, userMap } = host.surroundings();
  const check = checkOf("austin");
  const refusal = canRead ? readRefusal(process.pid) : undefined;
  const foreign = host.isForeignProc();
  const reads = canRead
    ? check(copyingCall(), ...readVerdict(refusal, " on austin itself"))
    : check("reading memory", "note", "not tried: there is no add-on");
  if (!host.tellsRights) return [check("system", "ok", system), reads];
  return [
    check("system", "ok", system),
    check("user", "ok", `user ${facts.ourEffectiveUser}, group ${facts.ourEffectiveGroup}`),
    check("CAP_SYS_PTRACE", facts.mayTraceAny ? "ok" : "note", facts.mayTraceAny ? "there" : "not there"),
    check("ptrace_scope", scopeVerdict(facts), scopeText(facts.ptraceScope)),
    check("seccomp", facts.ourSeccomp ? "note" : "ok", seccompText(facts.ourSeccomp)),
    kernelStacksCheck(),
    reads,
    check("user namespace", userMap === undefined ? "ok" : "note", userMap ?? "the first one"),
    check(
      "/proc",
      foreign ? "bad" : "ok",
      foreign ? "shows another PID namespace than austin's" : "shows austin's PID namespace",
    ),
    check("security modules", "ok", securityModules ?? UNSEEN),
    check("label", "ok", facts.ourLabel ?? "none"),
    check(
      "container",
      containerHints.length === 0 ? "ok" : "note",
      containerHints.join(", ") || "nothing hints at one",
    ),
    check("processors", "ok", host.readStatus(process.pid).processors),
  ];
}

/** What -k takes, and nothing else. */
function kernelStacksCheck(): Check {
  const check = checkOf("austin");
  const failure = host.kernelStacksFailure();
  if (failure === undefined) return check("kernel stacks", "ok", "told: -k shows the kernel's frames");
  const { call, path, errno } = failure;
  const gave = errno === 0 ? "gave nothing that is known" : `gave ${describeErrno(errno)}`;
  return check("kernel stacks", "note", `${call} of ${path} ${gave}: no -k`);
}

/**
 * Checks of process `pid`.
 * @throws ProcessGone, ProcessDenied when it can't be looked at at all
 */
export function targetChecks(pid: number): Check[] {
  if (host.usesTaskPorts) return targetTaskChecks(pid);
  const facts = host.accessFacts(pid);
  const own = host.readStatus(process.pid);
  const target = host.readStatus(pid);
  const { task } = host.lifeSigns(pid);
  const check = checkOf("process");
  const mayAny = facts.mayTraceAny;
  const weaker = mayAny ? "note" : "bad";
  const isSame = target.user === facts.ourEffectiveUser && target.group === facts.ourEffectiveGroup;
  const reads = check(copyingCall(), ...readCheck(task));
  const program = check("program", ...attempt("readlink", () => host.executablePath(task) ?? "none"));
  if (!host.tellsRights) return [check("state", "ok", host.readStat(pid).state), program, reads];
  return [
    check("state", "ok", `${host.readStat(pid, task).state}${task === pid ? "" : ", and its first thread has ended"}`),
    program,
    check("user", isSame ? "ok" : weaker, `user ${target.user}, group ${target.group}`),
    check("dumpable", facts.targetIsDumpable === false ? weaker : "ok", yesNo(facts.targetIsDumpable)),
    check(
      "capabilities",
      facts.targetHasMoreCapabilities === true ? weaker : "ok",
      facts.targetHasMoreCapabilities === true ? "more than austin's" : "no more than austin's",
    ),
    check(
      "user namespace",
      facts.sameUserNamespace === false ? "note" : "ok",
      facts.sameUserNamespace === undefined ? UNSEEN : facts.sameUserNamespace ? "austin's" : "another one",
    ),
    check(
      "PID namespace",
      target.ids.length > 1 ? "note" : "ok",
      target.ids.length > 1 ? `another one, where it is ${target.ids.at(-1)}` : "austin's",
    ),
    check("tracer", facts.targetTracer === 0 ? "ok" : "note", String(facts.targetTracer || "none")),
    check("label", "ok", facts.targetLabel ?? "none"),
    processorCheck(own, target),
    check("maps", ...attempt("open", () => `${host.readMappings(task).length} mappings`)),
    reads,
  ];
}

function scopeVerdict({ ptraceScope = 0, mayTraceAny }: AccessFacts): Check["verdict"] {
  if (ptraceScope === 3) return "bad";
  return ptraceScope === 0 || mayTraceAny ? "ok" : "note";
}

function scopeText(scope: number | undefined): string {
  return scope === undefined ? "the kernel has none" : `${scope}: ${SCOPES[scope] ?? "unknown"}`;
}

function seccompText(mode: number | undefined): string {
  return mode === undefined ? UNSEEN : `${mode}: ${SECCOMP[mode] ?? "unknown"}`;
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? UNSEEN : value ? "yes" : "no";
}

/** Off-CPU copies are made where the target runs. */
function processorCheck(own: ProcessStatus, target: ProcessStatus): Check {
  const ours = new Set(host.parseProcessors(own.processors));
  const barred = host.parseProcessors(target.processors).filter((processor) => !ours.has(processor));
  const fact = `${target.processors}${barred.length === 0 ? "" : `: no off-CPU copies on ${barred.join(",")}, where austin may not run`}`;
  return checkOf("process")("processors", barred.length === 0 ? "ok" : "note", fact);
}

/** What a look gives, or the error of its system call. */
function attempt(call: string, look: () => string): [Check["verdict"], string] {
  try {
    return ["ok", look()];
  } catch (error) {
    const errno = (error as { errno?: number }).errno;
    if (errno === undefined) throw error;
    return ["bad", `${(error as { call?: string }).call ?? call} gave ${describeErrno(errno)}`];
  }
}

function readCheck(task: number): [Check["verdict"], string] {
  let refusal: number | undefined;
  try {
    refusal = readRefusal(task);
  } catch (error) {
    // A thread of the kernel, which has no memory of its own, or a process that ends just now.
    if (!(error instanceof TargetLost)) throw error;
    refusal = constants.errno.ESRCH;
  }
  return readVerdict(refusal, "");
}

function readVerdict(refusal: number | undefined, where: string): [Check["verdict"], string] {
  const inItsPlace = readsFiles() ? "can't be used; mem in procfs in its place " : "";
  if (refusal !== undefined) return ["bad", `${inItsPlace}gave ${describeErrno(refusal)}${where}`];
  return [inItsPlace === "" ? "ok" : "note", `${inItsPlace}works${where}`];
}
