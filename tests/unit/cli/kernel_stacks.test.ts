// Why -k is refused: the file and what it gave, then what keeps it from us, and the least that helps.
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { type KernelStackFacts, kernelStacksUnread } from "../../../src/cli/messages/kernel_stacks.js";

const { EACCES, ENOENT } = constants.errno;
const PLAIN: KernelStackFacts = {
  call: "read",
  path: "/proc/thread-self/stack",
  errno: EACCES,
  system: "Linux",
  user: 1000,
  isAdmin: false,
  userMap: undefined,
};

const cases: [name: string, facts: Partial<KernelStackFacts>, exitCode: number, said: string[]][] = [
  ["a plain user", {}, 2, ["read of /proc/thread-self/stack gave EACCES", "user 1000", "CAP_SYS_ADMIN", "sudo"]],
  ["root without the capability", { user: 0 }, 2, ["containers take away", "--cap-add=SYS_ADMIN"]],
  [
    "root of a user namespace",
    { user: 0, isAdmin: true, userMap: "0 1000 1" },
    2,
    ["in a user namespace of its own alone", "root of the host"],
  ],
  ["root, and refused all the same", { user: 0, isAdmin: true }, 2, ["security module"]],
  ["a kernel without", { call: "open", errno: ENOENT }, 69, ["open of", "ENOENT", "CONFIG_STACKTRACE"]],
  ["a kernel that tells something else", { errno: 0 }, 69, ["gave nothing that is known"]],
  ["another system", { system: "Windows", errno: ENOENT }, 69, ["read on Linux, and this is Windows"]],
];

describe("-k is refused", () => {
  it.each(cases)("to %s", (_, facts, exitCode, said) => {
    const message = kernelStacksUnread({ ...PLAIN, ...facts });
    expect(message.exitCode).toBe(exitCode);
    for (const words of [...said, "Nothing was started. Without -k"]) expect(message.text).toContain(words);
  });
});
