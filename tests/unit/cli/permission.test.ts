// Each refusal by the facts that cause it: the cause is named, and the least power comes first.
import { describe, expect, it } from "vitest";
import { type PermissionFacts, permissionDenied } from "../../../src/cli/messages/permission.js";

const ATTACHING: PermissionFacts = {
  call: "process_vm_readv",
  errno: 1,
  pid: 4242,
  ownUid: 1000,
  targetUid: 1000,
  ownGid: 1000,
  targetGid: 1000,
  targetIsDumpable: undefined,
  targetHasMoreCapabilities: undefined,
  sameUserNamespace: undefined,
  ownSeccomp: undefined,
  ownMemoryErrno: undefined,
  targetLabel: undefined,
  ptraceScope: 1,
  hasSysPtrace: false,
  launched: false,
};

const LAUNCH = "start the program under austin";
const PTRACER = "PR_SET_PTRACER";
const AS_OWNER = "as the process's user";
const ONE_RUN = "give the capability to this one run";
const SYSCTL = "sudo sysctl kernel.yama.ptrace_scope=";
const ROOT = "run austin as root";
const CAP_ADD = "--cap-add=SYS_PTRACE";
const SECCOMP = "seccomp profile";
const HOST = "container's host";
const REBOOT = "reboot";
const DUMPABLE = "(PR_SET_DUMPABLE)";
const AS_GROUP = "with the process's group";
const INSIDE = "in the user namespace of process";
const OF_HOST = "as root of the host";
const OUTSIDE = [INSIDE, OF_HOST];
const POLICY = "security module's policy";
const REMEDIES = [
  SECCOMP,
  POLICY,
  CAP_ADD,
  HOST,
  INSIDE,
  OF_HOST,
  DUMPABLE,
  AS_GROUP,
  LAUNCH,
  PTRACER,
  AS_OWNER,
  ONE_RUN,
  SYSCTL,
  ROOT,
];

/** Which of the known remedies the message has, in the order it has them. */
function remedies(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.startsWith("  - "));
  return lines.map((line) => REMEDIES.find((remedy) => line.includes(remedy)) ?? line);
}

const cases: [name: string, facts: Partial<PermissionFacts>, cause: string, helps: string[]][] = [
  ["scope 1, attaching", {}, "ptrace_scope is 1", [LAUNCH, PTRACER, ONE_RUN, SYSCTL, ROOT]],
  ["scope 2, attaching", { ptraceScope: 2 }, "ptrace_scope is 2", [ONE_RUN, SYSCTL, ROOT]],
  ["scope 2, launched", { ptraceScope: 2, launched: true }, "ptrace_scope is 2", [SYSCTL, ROOT]],
  ["another user, scope 1", { targetUid: 33 }, "belongs to user 33, and austin runs as user 1000", [ONE_RUN, ROOT]],
  ["another user, scope 0", { targetUid: 33, ptraceScope: 0 }, "belongs to user 33", [AS_OWNER, ONE_RUN, ROOT]],
  ["another user, no Yama", { targetUid: 33, ptraceScope: undefined }, "to user 33", [AS_OWNER, ONE_RUN, ROOT]],
  ["root's process", { targetUid: 0, ptraceScope: 0 }, "belongs to user 0", [ONE_RUN, ROOT]],
  ["a setuid program, launched", { targetUid: 0, launched: true }, "belongs to user 0", [ROOT]],
  ["same user, scope 0", { ptraceScope: 0 }, "ptrace_scope is 0, so the process is guarded", [ONE_RUN, ROOT]],
  ["same user, no Yama", { ptraceScope: undefined }, "no ptrace_scope", [ONE_RUN, ROOT]],
  ["launched, scope 1", { launched: true }, "guarded in another way", [ROOT]],
  ["unknown owner", { targetUid: undefined, ptraceScope: 0 }, "could not be read", [ONE_RUN, ROOT]],
  ["root in a container", { ownUid: 0, targetUid: 0 }, "without CAP_SYS_PTRACE", [LAUNCH, CAP_ADD, HOST]],
  ["root in a container, launched", { ownUid: 0, targetUid: 0, launched: true }, "without CAP_SYS", [CAP_ADD, HOST]],
  ["root in a container, scope 2", { ownUid: 0, targetUid: 0, ptraceScope: 2 }, "without CAP_SYS", [CAP_ADD, HOST]],
  ["root with the capability", { ownUid: 0, hasSysPtrace: true }, "has CAP_SYS_PTRACE here", [POLICY, HOST]],
  ["a user with the capability", { hasSysPtrace: true, targetUid: 0 }, "has CAP_SYS_PTRACE here", [POLICY, HOST]],
  [
    "a filter",
    { ownMemoryErrno: 1, ownSeccomp: 2 },
    "is 2): even reading austin's own memory gave EPERM",
    [SECCOMP, HOST],
  ],
  [
    "a filter, as root",
    { ownUid: 0, hasSysPtrace: true, ownMemoryErrno: 13 },
    "own memory gave EACCES",
    [SECCOMP, HOST],
  ],
  [
    "an outer user namespace",
    { ownUid: 0, hasSysPtrace: true, sameUserNamespace: false },
    "does not count there",
    OUTSIDE,
  ],
  ["another user namespace", { sameUserNamespace: false }, "another user namespace than austin.", OUTSIDE],
  ["another group", { targetGid: 33 }, "group 33, and austin with group 1000", [AS_GROUP, ONE_RUN, ROOT]],
  ["not dumpable", { targetIsDumpable: false }, "is not dumpable", [DUMPABLE, ONE_RUN, ROOT]],
  ["not dumpable, launched", { targetIsDumpable: false, launched: true }, "is not dumpable", [DUMPABLE, ROOT]],
  ["more capabilities", { targetHasMoreCapabilities: true }, "has capabilities that austin has not", [ONE_RUN, ROOT]],
  [
    "a security module",
    { hasSysPtrace: true, targetLabel: "snap.x" },
    "which has the process as snap.x",
    [POLICY, HOST],
  ],
  ["a sandbox without the call", { errno: 38 }, "does not offer process_vm_readv", [SECCOMP]],
];

describe("permission denied", () => {
  it.each(cases)("%s", (_, facts, cause, helps) => {
    const { text, exitCode } = permissionDenied({ ...ATTACHING, ...facts });
    expect(exitCode).toBe(2);
    expect(text.split("\n")[1]).toContain(cause);
    expect(remedies(text)).toEqual(helps);
  });

  it("names the call, the error and the process first", () => {
    expect(permissionDenied(ATTACHING).text.split("\n")[0]).toBe(
      "Insufficient permissions to read process 4242: process_vm_readv gave EPERM (operation not permitted).",
    );
    expect(permissionDenied({ ...ATTACHING, call: "open", errno: -13 }).text).toContain("open gave EACCES");
  });

  it.each([0, 1000])("says that ptrace_scope 3 ends with a reboot, to user %i", (ownUid) => {
    const { text } = permissionDenied({ ...ATTACHING, ownUid, ptraceScope: 3, hasSysPtrace: ownUid === 0 });
    expect(text).toContain("ptrace_scope is 3");
    expect(text).toContain(REBOOT);
    expect(text).not.toContain("sudo");
  });

  const every = [0, 1000].flatMap((ownUid) =>
    [0, 1000, 33, undefined].flatMap((targetUid) =>
      [undefined, 0, 1, 2, 3].flatMap((ptraceScope) =>
        [false, true].flatMap((hasSysPtrace) =>
          [false, true].map((launched) => ({ ...ATTACHING, ownUid, targetUid, ptraceScope, hasSysPtrace, launched })),
        ),
      ),
    ),
  );

  it("never proposes sudo to root, nor a capability on a file", () => {
    for (const facts of every) {
      const { text } = permissionDenied(facts);
      if (facts.ownUid === 0) expect(text).not.toContain("sudo");
      expect(text).not.toContain("setcap");
      expect(remedies(text).length).toBeGreaterThan(0);
    }
  });

  it("never proposes to launch what was launched", () => {
    for (const facts of every.filter(({ launched }) => launched)) {
      const { text } = permissionDenied(facts);
      expect(text).not.toContain(LAUNCH);
      expect(text).not.toContain("-p 4242");
    }
  });
});

describe("macOS refuses", () => {
  const protection = {
    path: "/opt/homebrew/bin/python3.12",
    isOfSystem: false,
    isOfVendor: false,
    isHardened: false,
    isDebuggable: false,
  };
  const refused = (facts: Partial<PermissionFacts>, more: Partial<typeof protection> = {}): string =>
    permissionDenied({
      ...ATTACHING,
      call: "task_for_pid",
      errno: 5,
      ptraceScope: undefined,
      ...facts,
      protection: { ...protection, ...more },
    }).text;

  it("with a number of its kernel's, which has a name", () => {
    expect(refused({}).split("\n")[0]).toBe(
      "Insufficient permissions to read process 4242: task_for_pid gave KERN_FAILURE (kern_return_t 5).",
    );
    expect(refused({ errno: 999 })).toContain("gave kern_return_t 999.");
    // That of libproc is an error number as any other.
    expect(refused({ call: "proc_pidinfo", errno: 1 })).toContain("proc_pidinfo gave EPERM");
  });

  it.each<[string, Partial<PermissionFacts>, Partial<typeof protection>, RegExp, RegExp]>([
    ["who isn't root", {}, {}, /only root/, /sudo austin -p 4242$/],
    ["who isn't root, of another's", { targetUid: 501 }, {}, /another user's/, /sudo austin -p 4242$/],
    ["who has started it", { launched: true }, {}, /only root/, /start the program as yourself, and attach as root/],
    [
      "all of what is the system's",
      { ownUid: 0 },
      { isOfSystem: true, path: "/usr/bin/python3" },
      /root included/,
      /Homebrew/,
    ],
    ["root, of what is hardened", { ownUid: 0 }, { isHardened: true }, /get-task-allow/, /codesign --force --sign - '/],
    [
      "root, of what is hardened and Apple's",
      { ownUid: 0 },
      { isHardened: true, isOfVendor: true },
      /hardened/,
      /Homebrew/,
    ],
    [
      "root, of what is hardened and open",
      { ownUid: 0 },
      { isHardened: true, isDebuggable: true },
      /guards/,
      /Homebrew/,
    ],
    ["who isn't root, of what is hardened", {}, { isHardened: true }, /only root/, /codesign/],
  ])("%s, and says what helps", (_, facts, more, cause, remedy) => {
    const [, why, , ...remedies] = refused(facts, more).split("\n");
    expect(why).toMatch(cause);
    expect(remedies.at(-1)).toMatch(remedy);
  });
});

it("of Windows names its own error, and who may", () => {
  const { text, exitCode } = permissionDenied({ ...ATTACHING, call: "OpenProcess", errno: 5 });
  expect(exitCode).toBe(2);
  expect(text).toContain("OpenProcess gave ERROR_ACCESS_DENIED (access is denied).");
  expect(text).toContain("belongs to another user");
  expect(text).toContain("run austin as administrator");
  expect(permissionDenied({ ...ATTACHING, call: "OpenProcess", errno: 1234 }).text).toContain("error 1234 of Windows");
});
