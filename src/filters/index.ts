// What other rooms may use of filters.
export { Census } from "./census.js";
export { Filter, filterSamples } from "./filter.js";
export { MalformedPattern } from "./glob.js";
export { Sum } from "./left_out.js";
export { isStandardLibrary, moduleNames } from "./module.js";
export { ProfileClock, threadKey } from "./profile_clock.js";
export { StackFilter } from "./stack_filter.js";
export { type ThreadName, threadFilter } from "./thread_filter.js";
export { UnansweredFilter, unanswered } from "./unanswered.js";
export {
  asksForSomething,
  COLLAPSIBLE,
  type Collapsible,
  checkWords,
  type FilterWords,
  plainWords,
  STATES,
  type State,
} from "./words.js";
