// What the words say of threads. In: process, interpreter and thread, as a profile has them. Out: whether they are wanted.
import { glob } from "./glob.js";
import type { FilterWords } from "./words.js";

/** A thread as samples name it. */
export interface ThreadName {
  readonly pid: number;
  readonly interpreterId: number | undefined;
  /** The native thread id in lower-case hexadecimal, or a name. */
  readonly thread: string;
  /** What the program calls it, where that is known besides. */
  readonly threadName?: string | undefined;
}

/**
 * @returns a predicate; undefined where every thread is wanted
 * @throws MalformedPattern
 */
export function threadFilter(words: FilterWords): ((name: ThreadName) => boolean) | undefined {
  const { processes = [], threads = [], mainThread = false } = words;
  if (processes.length === 0 && threads.length === 0 && !mainThread) return undefined;
  const wanted = threads.map(threadTest);
  return (name) =>
    (processes.length === 0 || processes.includes(name.pid)) &&
    (!mainThread || name.thread === name.pid.toString(16)) &&
    (wanted.length === 0 || wanted.some((test) => test(name)));
}

/** A word is an id, or a glob of names; with an interpreter in front, of that one's threads; a name may look as if it had one. */
function threadTest(word: string): (name: ThreadName) => boolean {
  const [, interpreter, id] = /^(?:(\d+):)?(.*)$/s.exec(word) as unknown as [string, string | undefined, string];
  const isOne = nameTest(id);
  if (interpreter === undefined) return isOne;
  const isNamed = nameTest(word);
  return (name) => (isOne(name) && Number(interpreter) === (name.interpreterId ?? 0)) || isNamed(name);
}

function nameTest(id: string): (name: ThreadName) => boolean {
  const inHexadecimal = /^0x[\da-f]+$/i.test(id)
    ? id
        .slice(2)
        .toLowerCase()
        .replace(/^0+(?=.)/, "")
    : undefined;
  const inProfile = inHexadecimal ?? (/^\d+$/.test(id) ? BigInt(id).toString(16) : id);
  if (inProfile !== id) return ({ thread }) => thread === inProfile;
  const describes = glob(id);
  // In a profile of names in place of ids, that is the name.
  return ({ thread, threadName = isId(thread) ? undefined : thread }) =>
    thread === id || (threadName !== undefined && (threadName === id || describes(threadName)));
}

/** Whether it is a native id in hexadecimal. */
function isId(thread: string): boolean {
  return /^[\da-f]{1,13}$/.test(thread);
}
