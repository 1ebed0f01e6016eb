// Whom tests run as, and whom they may run others as.

export const isRoot = process.geteuid?.() === 0;
/** What those lack that aren't. */
export const rootMissing = isRoot ? undefined : "root's rights";

/** Words in front of a command that is to run as nobody; only root may say them. */
export const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] as const;
