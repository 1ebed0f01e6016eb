// The vocabulary of a MOJO stream: event numbers, reserved keys, and the events as a reader sees them.
// Knows nothing of bytes.

export const MOJO_MAGIC = "MOJ";

/** The version that the encoder writes. */
export const MOJO_VERSION = 3;

/** The newest version that is read. No released Austin writes it; its additions are those of Austin's development branch, in two drafts. */
export const NEWEST_MOJO_VERSION = 4;

/** Bits of a string key that go on the wire. */
export const STRING_KEY_BITS = 27;

/** The string key that readers resolve to `<unknown>` without a definition. */
export const UNKNOWN_STRING_KEY = 1;
export const UNKNOWN_STRING = "<unknown>";

export const EventId = {
  METADATA: 1,
  STACK: 2,
  FRAME: 3,
  FRAME_INVALID: 4,
  FRAME_REF: 5,
  FRAME_KERNEL: 6,
  GC: 7,
  IDLE: 8,
  METRIC_TIME: 9,
  METRIC_MEMORY: 10,
  STRING: 11,
  STRING_REF: 12,
  STACK_REPEAT: 13,
  TASK_STACK: 14,
  TASK_WAITER: 15,
  TASK_RUNNING: 16,
} as const;

/** The last event of each version. */
export function lastEventId(version: number): number {
  return version >= 4 ? EventId.TASK_RUNNING : EventId.STRING_REF;
}

/** A key as read: a bigint only beyond 2^53 - 1, which other writers' 64-bit keys may exceed. */
export type MojoKey = number | bigint;

export interface MetadataEvent {
  readonly kind: "metadata";
  readonly key: string;
  readonly value: string;
}

/** Begins a sample. Keys that follow belong to `pid`. */
export interface StackEvent {
  readonly kind: "stack";
  readonly pid: number;
  /** Undefined before version 3. */
  readonly interpreterId: number | undefined;
  readonly thread: string;
}

export interface FrameEvent {
  readonly kind: "frame";
  readonly key: MojoKey;
  readonly filenameKey: MojoKey;
  readonly scopeKey: MojoKey;
  /** Lines and columns are 1-based; 0 is absent. Version 1 has the line only. */
  readonly line: number;
  readonly lineEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

export interface FrameRefEvent {
  readonly kind: "frameRef";
  readonly key: MojoKey;
}

export interface KernelFrameEvent {
  readonly kind: "kernelFrame";
  readonly scope: string;
}

export interface StringEvent {
  readonly kind: "string";
  readonly key: MojoKey;
  readonly value: string;
}

export interface StringRefEvent {
  readonly kind: "stringRef";
  readonly key: MojoKey;
}

/** `value` is in microseconds, never negative. */
export interface TimeEvent {
  readonly kind: "time";
  readonly value: number;
}

/** `value` is in bytes, negative when memory was released. */
export interface MemoryEvent {
  readonly kind: "memory";
  readonly value: number;
}

/** The frames that follow are of an asyncio task. Version 4. */
export interface TaskStackEvent {
  readonly kind: "taskStack";
  readonly task: MojoKey;
  /** String key of its name; 0 where it has none. */
  readonly nameKey: MojoKey;
  /** How many they are. Undefined in the older draft: they go up to the next time, which is the task's, too. */
  readonly frames: number | undefined;
}

/** `waiter` awaits `task`. Version 4. */
export interface TaskWaiterEvent {
  readonly kind: "taskWaiter";
  readonly task: MojoKey;
  readonly waiter: MojoKey;
}

/** The thread of the sample was running `task`. Version 4, newer draft. */
export interface TaskRunningEvent {
  readonly kind: "taskRunning";
  readonly task: MojoKey;
}

/** An event that says all by being there. */
export interface MarkEvent {
  /** "stackRepeat", of version 4: the frames of the thread's last sample come before those that follow. */
  readonly kind: "frameInvalid" | "gc" | "idle" | "stackRepeat";
}

export type MojoEvent =
  | MetadataEvent
  | StackEvent
  | FrameEvent
  | FrameRefEvent
  | KernelFrameEvent
  | StringEvent
  | StringRefEvent
  | TimeEvent
  | MemoryEvent
  | MarkEvent
  | TaskStackEvent
  | TaskWaiterEvent
  | TaskRunningEvent;
