// What people call a thread. In: a thread as a profile has it. Out: `0:1234`, as `austin -w` shows it, and its name.

/** The native thread id; undefined where the profile has a name. */
export function nativeIdOf(thread: string): number | undefined {
  return /^[\da-f]{1,13}$/.test(thread) ? Number.parseInt(thread, 16) : undefined;
}

export interface LabelledThread {
  readonly interpreterId: number | undefined;
  readonly thread: string;
  readonly threadName?: string | undefined;
}

export function threadLabel({ interpreterId, thread, threadName }: LabelledThread): string {
  const id = `${interpreterId ?? 0}:${nativeIdOf(thread) ?? thread}`;
  return threadName === undefined ? id : `${id} ${threadName}`;
}
