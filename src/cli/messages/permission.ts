// Why a process's memory may not be read, and the smallest thing that helps. In: the facts read from the system.
// It follows the order of the kernel's own checks. No remedy gives a capability to node itself: every script would
// have it.
import { constants } from "node:os";
import type { ProgramProtection } from "../../host/index.js";
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";
import { describeRefusal } from "./refused_call.js";
import { refusedTaskPort } from "./task_port.js";
import { WINDOWS_CALLS } from "./windows_errors.js";

export interface PermissionFacts {
  /** The system call that was refused, such as `process_vm_readv`. */
  readonly call: string;
  readonly errno: number;
  readonly pid: number;
  readonly ownUid: number;
  /** Undefined if it could not be read. */
  readonly targetUid: number | undefined;
  readonly ownGid: number;
  readonly targetGid: number | undefined;
  /** False if the target shuts others of its user out; undefined if that can't be seen. */
  readonly targetIsDumpable: boolean | undefined;
  /** Whether the target may have capabilities that we haven't. */
  readonly targetHasMoreCapabilities: boolean | undefined;
  /** Undefined if it can't be seen. */
  readonly sameUserNamespace: boolean | undefined;
  /** `Seccomp` of our own status; undefined if the kernel has none. */
  readonly ownSeccomp: number | undefined;
  /** With what error number reading our own memory is refused; undefined if it isn't. */
  readonly ownMemoryErrno: number | undefined;
  /** What a security module calls the target. */
  readonly targetLabel: string | undefined;
  /** Value of kernel.yama.ptrace_scope; undefined on a kernel without Yama. */
  readonly ptraceScope: number | undefined;
  /** Whether CAP_SYS_PTRACE is in our effective set. */
  readonly hasSysPtrace: boolean;
  /** Whether the target was started by us, and so descends from us. */
  readonly launched: boolean;
  /** Of systems that go by what a program is: task_port.ts. */
  readonly protection?: ProgramProtection | undefined;
}

interface Diagnosis {
  readonly cause: string;
  readonly remedies: readonly string[];
}

/** Reading the target is refused: names the cause, then what helps, least power first. */
export function permissionDenied(facts: PermissionFacts): Message {
  const { protection } = facts;
  const { cause, remedies } = protection === undefined ? diagnose(facts) : refusedTaskPort({ ...facts, protection });
  return {
    text: [
      `Insufficient permissions to read process ${facts.pid}: ${facts.call} gave ${describeRefusal(facts.call, facts.errno)}.`,
      cause,
      remedies.length > 1 ? "What helps, least power first:" : "What helps:",
      ...remedies.map((remedy) => `  - ${remedy}`),
    ].join("\n"),
    exitCode: ExitCode.PERMISSION,
  };
}

function diagnose(facts: PermissionFacts): Diagnosis {
  if (WINDOWS_CALLS.has(facts.call)) return ofAnotherOnWindows(facts);
  if (Math.abs(facts.errno) === constants.errno.ENOSYS) return callMissing(facts);
  if (facts.ownMemoryErrno !== undefined) return filtered(facts, facts.ownMemoryErrno);
  if (facts.ptraceScope === 3) return nobodyMay();
  if (facts.sameUserNamespace === false) return otherUserNamespace(facts);
  if (facts.hasSysPtrace) return refusedDespiteCapability(facts);
  if (facts.ownUid === 0) return rootWithoutCapability(facts);
  if (facts.targetUid !== undefined && facts.targetUid !== facts.ownUid) return otherUser(facts, facts.targetUid);
  if (facts.targetGid !== undefined && facts.targetGid !== facts.ownGid) return otherGroup(facts, facts.targetGid);
  if (facts.targetIsDumpable === false) return notDumpable(facts);
  if (facts.targetHasMoreCapabilities === true) return moreCapabilities(facts);
  if (facts.ptraceScope === 2) return capabilityDemanded(facts);
  if (facts.ptraceScope === 1 && !facts.launched) return descendantsOnly(facts);
  return guardedProcess(facts);
}

/** Windows asks whether the process's owner, or a right to debug, lets us; it tells no more than that nothing did. */
function ofAnotherOnWindows({ pid }: PermissionFacts): Diagnosis {
  return {
    cause:
      "The process belongs to another user, runs with higher rights than austin (as administrator), or is protected by Windows.",
    remedies: [`run austin as administrator (open the terminal with "Run as administrator"): austin -p ${pid}`],
  };
}

function callMissing({ call }: PermissionFacts): Diagnosis {
  return {
    cause: `The sandbox this program runs in, or the kernel, does not offer ${call}.`,
    remedies: [`allow ${call} in the sandbox's seccomp profile, or run austin outside of the sandbox`],
  };
}

/** Nothing but a filter on system calls keeps a process from its own memory. */
function filtered({ call, ownSeccomp }: PermissionFacts, errno: number): Diagnosis {
  const mode = ownSeccomp === undefined ? "" : ` (Seccomp in /proc/self/status is ${ownSeccomp})`;
  return {
    cause: `A seccomp filter refuses ${call}${mode}: even reading austin's own memory gave ${describeErrno(errno)}.`,
    remedies: [
      `in a container: run it with a seccomp profile that allows ${call}, as --cap-add=SYS_PTRACE makes Docker's and Podman's do`,
      "run austin outside of the sandbox, as on the container's host",
    ],
  };
}

function nobodyMay(): Diagnosis {
  return {
    cause:
      "kernel.yama.ptrace_scope is 3: no process may read another's memory, root included, and the running kernel takes no other value.",
    remedies: ["set kernel.yama.ptrace_scope to 1 where the system's start-up sets it (/etc/sysctl.d), and reboot"],
  };
}

/** A capability counts in the namespace that it was given in, and in those below. */
function otherUserNamespace(facts: PermissionFacts): Diagnosis {
  const { pid, hasSysPtrace } = facts;
  return {
    cause:
      `Process ${pid} lives in another user namespace than austin` +
      `${hasSysPtrace ? ", and austin's CAP_SYS_PTRACE does not count there" : ""}.`,
    remedies: [
      `run austin in the user namespace of process ${pid} (inside of its container, or outside of this one)`,
      "run austin as root of the host, outside of any user namespace",
    ],
  };
}

function refusedDespiteCapability({ pid, targetLabel, sameUserNamespace }: PermissionFacts): Diagnosis {
  const policy = targetLabel === undefined ? "" : `, which has the process as ${targetLabel}`;
  const outside =
    sameUserNamespace === undefined
      ? "; or the process lives in an outer user namespace, where the capability does not count"
      : "";
  return {
    cause: `austin has CAP_SYS_PTRACE here, so it is refused by a security module (AppArmor, SELinux)${policy}${outside}.`,
    remedies: [
      "let the security module's policy allow ptrace of the process to austin",
      `run austin in the user namespace of process ${pid}, or on the container's host`,
    ],
  };
}

function rootWithoutCapability(facts: PermissionFacts): Diagnosis {
  const launchHelps = !facts.launched && (facts.ptraceScope ?? 0) < 2;
  return {
    cause:
      "austin runs as root, but without CAP_SYS_PTRACE: containers take it away by default, and their seccomp filter may refuse the call.",
    remedies: [
      ...(launchHelps ? [LAUNCH] : []),
      "give the container the capability: --cap-add=SYS_PTRACE for Docker and Podman, " +
        'securityContext.capabilities.add: ["SYS_PTRACE"] for Kubernetes',
      "run austin on the container's host",
    ],
  };
}

function otherUser(facts: PermissionFacts, targetUid: number): Diagnosis {
  // Its own user may attach to it only where Yama does not ask for more.
  const ownerMay = !facts.launched && (facts.ptraceScope ?? 0) === 0 && targetUid !== 0;
  return {
    cause: `The process belongs to user ${targetUid}, and austin runs as user ${facts.ownUid}.`,
    remedies: [
      ...(ownerMay
        ? [`run austin as the process's user: sudo -u '#${targetUid}' env "PATH=$PATH" austin -p ${facts.pid}`]
        : []),
      ...capabilityForOneRun(facts),
      ...superuser(facts),
    ],
  };
}

function otherGroup(facts: PermissionFacts, targetGid: number): Diagnosis {
  const { ownGid, ownUid } = facts;
  return {
    cause: `The process runs with group ${targetGid}, and austin with group ${ownGid}; user and group must both be the same.`,
    remedies: [
      ...(facts.launched
        ? []
        : [
            `run austin with the process's group: sudo setpriv --reuid=${ownUid} --regid=${targetGid} --init-groups austin -p ${facts.pid}`,
          ]),
      ...capabilityForOneRun(facts),
      ...superuser(facts),
    ],
  };
}

function notDumpable(facts: PermissionFacts): Diagnosis {
  return {
    cause:
      `Process ${facts.pid} is not dumpable (its files in /proc belong to root): it has called prctl(PR_SET_DUMPABLE, 0), ` +
      "has changed its user, or runs a file that its user may not read.",
    remedies: [
      "let the program itself allow it: import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) (PR_SET_DUMPABLE)",
      ...capabilityForOneRun(facts),
      ...superuser(facts),
    ],
  };
}

function moreCapabilities(facts: PermissionFacts): Diagnosis {
  return {
    cause: `Process ${facts.pid} has capabilities that austin has not (CapPrm in /proc/${facts.pid}/status).`,
    remedies: [...capabilityForOneRun(facts), ...superuser(facts)],
  };
}

function capabilityDemanded(facts: PermissionFacts): Diagnosis {
  return {
    cause: "kernel.yama.ptrace_scope is 2: only a process with CAP_SYS_PTRACE may read another's memory.",
    remedies: [...capabilityForOneRun(facts), sysctl(1), ...superuser(facts)],
  };
}

function descendantsOnly(facts: PermissionFacts): Diagnosis {
  return {
    cause:
      "kernel.yama.ptrace_scope is 1: a process may read the memory of those it has started, and this one was started by another.",
    remedies: [
      LAUNCH,
      "let the program itself allow it, for as long as it runs: " +
        "import ctypes; ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1)) (PR_SET_PTRACER, any process)",
      ...capabilityForOneRun(facts),
      sysctl(0),
      ...superuser(facts),
    ],
  };
}

function guardedProcess(facts: PermissionFacts): Diagnosis {
  const who =
    facts.targetUid === undefined
      ? "The owner of the process could not be read"
      : "The process belongs to the same user";
  const scope =
    facts.ptraceScope === undefined
      ? "the kernel has no ptrace_scope"
      : `kernel.yama.ptrace_scope is ${facts.ptraceScope}`;
  return {
    cause:
      `${who}, and ${scope}, so the process is guarded in another way: it lives in another user namespace, or a ` +
      `security module (AppArmor, SELinux)${facts.targetLabel === undefined ? "" : `, which has it as ${facts.targetLabel},`} refuses it.`,
    remedies: [...capabilityForOneRun(facts), ...superuser(facts)],
  };
}

const LAUNCH = "start the program under austin: austin [OPTION...] command [ARG...]";

function sysctl(value: number): string {
  return `relax the rule for everybody until the next reboot: sudo sysctl kernel.yama.ptrace_scope=${value}`;
}

// A command that austin starts would inherit the capability, so it is proposed for attaching alone.
function capabilityForOneRun({ launched, ownUid, pid }: PermissionFacts): string[] {
  if (launched) return [];
  return [
    "give the capability to this one run of austin: " +
      `sudo env "PATH=$PATH" setpriv --reuid=${ownUid} --regid="$(id -g)" --init-groups ` +
      `--inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace austin -p ${pid}`,
  ];
}

function superuser({ launched, pid }: PermissionFacts): string[] {
  const rest = launched ? "[OPTION...] command [ARG...], which then runs as root too" : `-p ${pid}`;
  return [`run austin as root: sudo env "PATH=$PATH" austin ${rest}`];
}
