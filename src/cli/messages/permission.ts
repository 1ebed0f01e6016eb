// Why a process's memory may not be read, and the smallest thing that helps. In: the facts read from the system.
// It follows the order of the kernel's own checks. No remedy gives a capability to node itself: every script would
// have it.
import { constants } from "node:os";
import { ExitCode } from "../exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

export interface PermissionFacts {
  /** The system call that was refused, such as `process_vm_readv`. */
  readonly call: string;
  readonly errno: number;
  readonly pid: number;
  readonly ownUid: number;
  /** Undefined if it could not be read. */
  readonly targetUid: number | undefined;
  /** Value of kernel.yama.ptrace_scope; undefined on a kernel without Yama. */
  readonly ptraceScope: number | undefined;
  /** Whether CAP_SYS_PTRACE is in our effective set. */
  readonly hasSysPtrace: boolean;
  /** Whether the target was started by us, and so descends from us. */
  readonly launched: boolean;
}

interface Diagnosis {
  readonly cause: string;
  readonly remedies: readonly string[];
}

/** Reading the target is refused: names the cause, then what helps, least power first. */
export function permissionDenied(facts: PermissionFacts): Message {
  const { cause, remedies } = diagnose(facts);
  return {
    text: [
      `Insufficient permissions to read process ${facts.pid}: ${facts.call} gave ${describeErrno(facts.errno)}.`,
      cause,
      remedies.length > 1 ? "What helps, least power first:" : "What helps:",
      ...remedies.map((remedy) => `  - ${remedy}`),
    ].join("\n"),
    exitCode: ExitCode.PERMISSION,
  };
}

function diagnose(facts: PermissionFacts): Diagnosis {
  if (Math.abs(facts.errno) === constants.errno.ENOSYS) return callMissing(facts);
  if (facts.ptraceScope === 3) return nobodyMay();
  if (facts.hasSysPtrace) return refusedDespiteCapability(facts);
  if (facts.ownUid === 0) return rootWithoutCapability(facts);
  if (facts.targetUid !== undefined && facts.targetUid !== facts.ownUid) return otherUser(facts, facts.targetUid);
  if (facts.ptraceScope === 2) return capabilityDemanded(facts);
  if (facts.ptraceScope === 1 && !facts.launched) return descendantsOnly(facts);
  return guardedProcess(facts);
}

function callMissing({ call }: PermissionFacts): Diagnosis {
  return {
    cause: `The sandbox this program runs in, or the kernel, does not offer ${call}.`,
    remedies: [`allow ${call} in the sandbox's seccomp profile, or run austin outside of the sandbox`],
  };
}

function nobodyMay(): Diagnosis {
  return {
    cause:
      "kernel.yama.ptrace_scope is 3: no process may read another's memory, root included, and the running kernel takes no other value.",
    remedies: ["set kernel.yama.ptrace_scope to 1 where the system's start-up sets it (/etc/sysctl.d), and reboot"],
  };
}

function refusedDespiteCapability({ call, pid }: PermissionFacts): Diagnosis {
  return {
    cause:
      `austin has CAP_SYS_PTRACE here, so it is refused by a seccomp filter or a security module (AppArmor, SELinux), ` +
      "or the process lives in an outer user namespace, where the capability does not count.",
    remedies: [
      `in a container: run it with a seccomp profile that allows ${call}`,
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
      `${who}, and ${scope}, so the process is guarded in another way: it has more privileges than austin ` +
      "(setuid or file capabilities), has made itself undumpable, lives in another user namespace, or a seccomp filter refuses the call.",
    remedies: [
      `in a container: run it with a seccomp profile that allows ${facts.call}`,
      ...capabilityForOneRun(facts),
      ...superuser(facts),
    ],
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
