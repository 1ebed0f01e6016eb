// Waiting in the kernel, for whatever comes first.
import { addOn } from "./add_on.js";

/** What ended a wait; native/event_wait.h, enum class Woken. */
export const WOKEN = { time: 0, eventLoop: 1, process: 2 } as const;

/**
 * Block until a time, until the event loop has something to do (a signal, a write that ended, a timer) or until a process has ended:
 * no turn of the event loop is needed to notice any of them.
 * @param time in microseconds of the monotonic clock; where it has passed, what is there is told at once
 * @param process from `openProcess`; -1: none
 * @param eventLoop a descriptor of an event loop that isn't libuv's: no timer of it is known, and none ends the wait
 * @returns one of WOKEN
 */
export function waitUntil(time: number, process: number, eventLoop?: number): number {
  return eventLoop === undefined ? addOn().waitUntil(time, process) : addOn().waitUntil(time, process, eventLoop);
}

/** What tells `waitUntil` of the end of process `pid`, a number; -1 where there is no such thing. Close it with `closeProcess`. */
export function openProcess(pid: number): number {
  return addOn().openProcess(pid);
}

export function closeProcess(process: number): void {
  addOn().closeProcess(process);
}
