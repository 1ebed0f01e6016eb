// What is known of a target from one sample to the next, as a whole. In: that the target is another one, or that something is full. Out:
// nothing is known.
import { forgetEdges } from "../codes/call_edges";
import { forgetCounter } from "../codes/code_counter";
import { forgetUsed } from "../codes/used_codes";
import { forgetShims } from "../frames/shims";
import { NamesLook } from "../names/look";
import { forgetThreadObjects } from "../names/thread_objects";
import { Codes, forgetCodes } from "../objects/codes";
import { Frames, forgetFrames } from "../objects/frames";
import { forgetLocalBytecodes } from "../objects/local_bytecode";
import { forgetStrings, Strings } from "../objects/strings";
import { forgetCodeType } from "../objects/type";
import { forgetRanges } from "../remote/begin_attempt";
import { forgetGil } from "../runtime/gil";
import { forgetGils } from "../runtime/gil_table";
import { forgetList } from "../runtime/known_list";
import { forgetIds } from "../runtime/native_id";
import { setRuntime } from "../runtime/runtime";
import { prepareSlices } from "../runtime/state_slices";
import { forgetAttempt } from "../threads/attempt";
import { forgetStacks, forgetThreads } from "../threads/thread_table";

/** Whether what code objects consist of has no room any more. */
export function areCachesFull(): bool {
  return Strings.full || Codes.full || Frames.full;
}

/** Forget code objects, and with them all that was learnt of stacks. */
export function forgetCaches(): void {
  forgetStrings();
  forgetCodes();
  forgetLocalBytecodes();
  forgetFrames();
  forgetEdges();
  forgetUsed();
  forgetStacks();
}

/** Begin with another target, whose layout is in force. */
export function forgetTarget(runtime: u64, mainNativeId: u32): void {
  setRuntime(runtime);
  forgetIds(mainNativeId);
  forgetCodeType();
  forgetCounter();
  forgetAttempt();
  forgetList();
  forgetGil();
  forgetGils();
  prepareSlices();
  forgetCaches();
  forgetThreads();
  forgetShims();
  forgetRanges();
  NamesLook.forget();
  forgetThreadObjects();
}
