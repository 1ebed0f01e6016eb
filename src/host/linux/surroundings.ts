// Where we run: what decides for every process alike what may be read. In: nothing. Out: facts for people; undefined is
// what can't be seen. It changes nothing.
import { existsSync, readFileSync } from "node:fs";
import { arch, release, type } from "node:os";
import type { Surroundings } from "../own_facts.js";

/** Files that container engines leave. */
const CONTAINER_FILES = ["/.dockerenv", "/run/.containerenv", "/run/systemd/container"];
const CONTAINER_GROUPS = /docker|containerd|kubepods|libpod|lxc/;
/** The map of the first user namespace: every id is itself. */
const IDENTITY = "0 0 4294967295";

/** Look around; never throws. */
export function surroundings(): Surroundings {
  const map = read("/proc/self/uid_map")
    ?.trim()
    .replaceAll(/[ \t]+/g, " ");
  const group = CONTAINER_GROUPS.exec(read("/proc/self/cgroup") ?? "")?.[0];
  return {
    system: `${type()} ${release()}, ${arch()}`,
    securityModules: read("/sys/kernel/security/lsm")?.trim(),
    containerHints: [
      ...CONTAINER_FILES.filter((path) => existsSync(path)),
      ...(process.env.container ? [`container=${process.env.container}`] : []),
      ...(process.env.KUBERNETES_SERVICE_HOST ? ["KUBERNETES_SERVICE_HOST"] : []),
      ...(group === undefined ? [] : [`${group} in /proc/self/cgroup`]),
    ],
    userMap: map === undefined || map === IDENTITY ? undefined : map,
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

/** The numbers of a list as the kernel writes it: `0-3,8`. */
export function parseProcessors(list: string): number[] {
  return list
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
