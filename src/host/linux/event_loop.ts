// Our own event loop, where the runtime's isn't libuv's (Bun's): the descriptor that tells of everything but timers. In: procfs. Out: a number.
import { readdirSync, readlinkSync } from "node:fs";

const FOLDER = "/proc/self/fd";

/** The first epoll descriptor that is open, as Bun makes its event loop before all others; -1: none. What isn't it never gets ready for us. */
export function eventLoopDescriptor(): number {
  const numbers = readdirSync(FOLDER).filter(isEpoll).map(Number);
  return numbers.length === 0 ? -1 : Math.min(...numbers);
}

function isEpoll(name: string): boolean {
  try {
    return readlinkSync(`${FOLDER}/${name}`) === "anon_inode:[eventpoll]";
  } catch {
    // It was the one for this folder.
    return false;
  }
}
