// Filters for other packages ("austin-ts/filters"): what of a profile is seen.
export * from "../model/index.js";
export type { Amount, Share } from "../model/share.js";
export { Filter, filterSamples } from "./filter.js";
export { MalformedPattern } from "./glob.js";
export { isStandardLibrary, moduleNames } from "./module.js";
export { UnansweredFilter, unanswered } from "./unanswered.js";
export { asksForSomething, COLLAPSIBLE, type Collapsible, type FilterWords, STATES, type State } from "./words.js";
