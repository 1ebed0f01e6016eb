// What the words say of threads. In: process, interpreter and thread, as a profile has them. Out: whether they are wanted.
import type { FilterWords } from "./words.js";

/** A thread as samples name it. */
export interface ThreadName {
  readonly pid: number;
  readonly interpreterId: number | undefined;
  /** The native thread id in lower-case hexadecimal, or a name. */
  readonly thread: string;
}

/** @returns a predicate; undefined where every thread is wanted */
export function threadFilter(words: FilterWords): ((name: ThreadName) => boolean) | undefined {
  const { processes = [], threads = [], mainThread = false } = words;
  if (processes.length === 0 && threads.length === 0 && !mainThread) return undefined;
  const wanted = threads.map(threadTest);
  return (name) =>
    (processes.length === 0 || processes.includes(name.pid)) &&
    (!mainThread || name.thread === name.pid.toString(16)) &&
    (wanted.length === 0 || wanted.some((test) => test(name)));
}

function threadTest(word: string): (name: ThreadName) => boolean {
  const [, interpreter, id] = /^(?:(\d+):)?(.*)$/s.exec(word) as unknown as [string, string | undefined, string];
  const inHexadecimal = /^0x[\da-f]+$/i.test(id)
    ? id
        .slice(2)
        .toLowerCase()
        .replace(/^0+(?=.)/, "")
    : undefined;
  const inProfile = inHexadecimal ?? (/^\d+$/.test(id) ? BigInt(id).toString(16) : id);
  return ({ interpreterId, thread }) =>
    thread === inProfile && (interpreter === undefined || Number(interpreter) === (interpreterId ?? 0));
}
