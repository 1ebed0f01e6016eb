// Which draft of version 4 a stream is of: the version's number is the same. In: what stands behind a task's id and name, for the
// first task of a stream. Out: the draft.
// - newer: a count, and as many FRAME_REFs, root first; no time.
// - older: frames, and a METRIC_TIME that is the task's; the sample's own frames and metrics come behind.
import type { Cursor } from "./cursor.js";
import { MojoError } from "./error.js";
import { EventId } from "./events.js";

/** "either": both fit, which chance makes rare. */
export type Draft = "newer" | "older" | "either";

/** Nothing but a mistaken byte counts more frames. As many events are looked at, at most. */
const MOST_FRAMES = 100_000;

/**
 * Tell by what follows at the cursor, which stays where it is. Where too little has come, the cursor is short.
 *
 * @param ended nothing more will come: what is cut fits
 */
export function tellDraft(cursor: Cursor, ended: boolean): Draft {
  const start = cursor.position;
  let isShort = false;
  const fits = (look: (cursor: Cursor) => boolean): boolean => {
    cursor.short = false;
    let does: boolean;
    try {
      does = look(cursor);
    } catch (error) {
      if (!(error instanceof MojoError)) throw error;
      does = false;
    }
    if (cursor.short) {
      isShort = true;
      does = true;
    }
    cursor.position = start;
    return does;
  };
  const [newer, older] = [fits(isCounted), fits(isTimed)];
  cursor.short = isShort && !ended;
  if (newer && older) return "either";
  return older ? "older" : "newer";
}

function isCounted(cursor: Cursor): boolean {
  const count = cursor.natural();
  if (count > MOST_FRAMES) return false;
  let frames = 0;
  for (let events = 0; frames < count && events < 2 * MOST_FRAMES && !cursor.short; events++) {
    const id = cursor.byte();
    if (id === EventId.FRAME_REF) frames++;
    if (!passes(cursor, id)) return false;
  }
  return frames === count;
}

function isTimed(cursor: Cursor): boolean {
  let times = 0;
  for (let events = 0; events < MOST_FRAMES && !cursor.short; events++) {
    const id = cursor.byte();
    switch (id) {
      case EventId.METRIC_TIME:
        cursor.natural();
        // The task's, and the sample's.
        if (++times === 2) return true;
        break;
      case EventId.METRIC_MEMORY:
        cursor.integer();
        if (times === 1) return true;
        break;
      case EventId.FRAME_INVALID:
        break;
      case EventId.FRAME_KERNEL:
        cursor.text();
        break;
      case EventId.GC:
      case EventId.IDLE:
      case EventId.STACK_REPEAT:
        // Marks are the sample's.
        if (times === 0) return false;
        break;
      case EventId.TASK_STACK:
      case EventId.TASK_WAITER:
        return times === 1;
      default:
        if (!passes(cursor, id)) return false;
    }
  }
  return false;
}

/** Pass a reference, or a definition, which may stand before it. */
function passes(cursor: Cursor, id: number): boolean {
  switch (id) {
    case EventId.FRAME_REF:
    case EventId.STRING_REF:
      cursor.varint();
      return true;
    case EventId.STRING:
      cursor.varint();
      cursor.text();
      return true;
    case EventId.FRAME:
      for (let integers = 7; integers > 0; integers--) cursor.varint();
      return true;
    default:
      return false;
  }
}
