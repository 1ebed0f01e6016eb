// Whom tests run as, and whom they may run others as.
import { spawnSync } from "node:child_process";
import { projectRoot } from "./pythons.js";

export const isRoot = process.geteuid?.() === 0;
/** What those lack that aren't. */
export const rootMissing = isRoot ? undefined : "root's rights";

/** Words in front of a command that is to run as nobody; only root may say them. */
export const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;

/** What is lacking to run austin, and programs, as another user. */
export function otherUserMissing(...programs: readonly string[]): string | undefined {
  if (rootMissing !== undefined) return rootMissing;
  const [setpriv, ...options] = asNobody;
  const closed = [projectRoot, ...programs].find(
    (path) => spawnSync(setpriv, [...options, "test", "-r", path], { stdio: "ignore" }).status !== 0,
  );
  return closed && `a place that another user may read: ${closed}`;
}
