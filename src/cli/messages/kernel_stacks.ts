// Why the kernel's stacks can't be read from here, and the smallest thing that helps. In: which call on which file failed, and who we are. Out: a message; nothing was started.
import { constants } from "node:os";
import { type FileFailure, host } from "../../host/index.js";
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

/** linux/capability.h */
const CAP_SYS_ADMIN = 21n;
const { EACCES, EPERM, ENOENT } = constants.errno;

export interface KernelStackFacts extends FileFailure {
  /** The system, as people call it. */
  readonly system: string;
  readonly user: number;
  /** Whether CAP_SYS_ADMIN is in our effective set. */
  readonly isAdmin: boolean;
  /** How our user namespace maps users; undefined in the first one. */
  readonly userMap: string | undefined;
}

/** What refuses a run with the kernel's frames; undefined where nothing does. */
export function kernelStacksRefusal(): Message | undefined {
  const failure = host.kernelStacksFailure();
  if (failure === undefined) return undefined;
  if (!host.tellsRights)
    return kernelStacksUnread({ ...failure, system: host.name, user: 0, isAdmin: false, userMap: undefined });
  const { effectiveUser, capabilities } = host.readStatus(process.pid);
  const isAdmin = ((capabilities >> CAP_SYS_ADMIN) & 1n) === 1n;
  const { userMap } = host.surroundings();
  return kernelStacksUnread({ ...failure, system: host.name, user: effectiveUser, isAdmin, userMap });
}

export function kernelStacksUnread(facts: KernelStackFacts): Message {
  const { call, path, errno, system } = facts;
  const isDenied = errno === EACCES || errno === EPERM;
  const what = errno === 0 ? "gave nothing that is known" : `gave ${describeErrno(errno)}`;
  const lines =
    system === "Linux"
      ? [
          `The kernel's frames (-k) are not to be had: ${call} of ${path} ${what}.`,
          ...(isDenied ? denied(facts) : absent(errno)),
        ]
      : [`The kernel's frames (-k) are read on Linux, and this is ${system}.`];
  return {
    text: [...lines, "Nothing was started. Without -k, native frames need no more than reading memory does."].join(
      "\n",
    ),
    exitCode: isDenied ? ExitCode.PERMISSION : ExitCode.UNAVAILABLE,
  };
}

function absent(errno: number): string[] {
  return errno === ENOENT
    ? ["This kernel has no such file (CONFIG_STACKTRACE), or a sandbox stands in its place."]
    : ["This kernel tells its stacks in no way that austin knows."];
}

function denied({ user, isAdmin, userMap }: KernelStackFacts): string[] {
  if (isAdmin && userMap === undefined)
    return ["austin has CAP_SYS_ADMIN, so it is refused by a security module (AppArmor, SELinux) or a sandbox."];
  if (isAdmin)
    return [
      "austin has CAP_SYS_ADMIN in a user namespace of its own alone, and the kernel asks for that of the first one.",
      "What helps: run austin as root of the host, outside of any user namespace.",
    ];
  if (user === 0)
    return [
      "austin runs as root, but without CAP_SYS_ADMIN, which containers take away.",
      "What helps: run austin on the container's host, or give the container the capability: --cap-add=SYS_ADMIN.",
    ];
  return [
    `It takes CAP_SYS_ADMIN, and austin runs as user ${user} without.`,
    'What helps: run austin as root: sudo env "PATH=$PATH" austin.',
  ];
}
