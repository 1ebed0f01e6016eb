// Which counter of an interpreter tells that code objects came or went. In: the layout in force. Out: its offset and size.
import { ABSENT, Layout } from "./layout";

/** Its offset within PyInterpreterState; ABSENT before 3.13. */
export function codeCounterOffset(): u32 {
  return Layout.interpreterCodeDeaths != ABSENT ? Layout.interpreterCodeDeaths : Layout.interpreterCodeCreations;
}

export function codeCounterSize(): u32 {
  return Layout.interpreterCodeDeaths != ABSENT ? 8 : 4;
}
