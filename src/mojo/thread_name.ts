// Names of threads in MOJO. Version 3 has no event for them, and version 4 of Austin's has them in the place of the id: here they are facts about
// the whole, which readers keep or pass over: metadata whose key says whose name it is. It holds from there on.
const PREFIX = "thread name ";
const KEY = /^thread name (\d{1,15}):(\d{1,15}):(.*)$/s;

/** The key of a thread's name. @param thread as STACK events have it */
export function threadNameKey(pid: number, interpreterId: number, thread: string): string {
  return `${PREFIX}${pid}:${interpreterId}:${thread}`;
}

/** Whether a key of metadata is of a thread's name. */
export function isThreadNameKey(key: string): boolean {
  return key.startsWith(PREFIX) && KEY.test(key);
}
