// A thread's id in its own process's eyes. In: ids as we see them. Out: that id; where it can't be read any more, the one that we have.
import { host } from "../host/index.js";

export function nativeIdOf(pid: number, tid: number): number {
  try {
    return host.readStatus(pid, tid).ids.at(-1) ?? tid;
  } catch {
    return tid;
  }
}
