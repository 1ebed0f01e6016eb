// What other rooms may use of filters.
export { Filter, filterSamples, UnansweredFilter } from "./filter.js";
export type { Amount, Share } from "./left_out.js";
export { isStandardLibrary, moduleNames } from "./module.js";
export { ProfileClock } from "./profile_clock.js";
export { StackFilter } from "./stack_filter.js";
export { type ThreadName, threadFilter } from "./thread_filter.js";
export { asksForSomething, COLLAPSIBLE, type Collapsible, type FilterWords, STATES, type State } from "./words.js";
