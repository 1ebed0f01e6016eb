// Analysis for other packages ("austin-ts/analysis"): profiles summed up by stack, what is hot in them, and what has changed.
export * from "../model/index.js";
export {
  type Change,
  type Comparison,
  compare,
  type FunctionChange,
  type Renaming,
  stripPrefixes,
  type Verdict,
} from "./comparison.js";
export { type FunctionLine, type FunctionName, functionLabel } from "./function_line.js";
export {
  type FunctionHeat,
  type Heat,
  type HotSpots,
  hotSpots,
  inOrder,
  type LineHeat,
  type Order,
} from "./hot_spots.js";
export { type HotFile, type HotLine, lineHeat } from "./line_heat.js";
export { METRICS, type Metric, metricNamed, metricsOf } from "./metric.js";
export { type Difference, FALSE_ALARMS_PERCENT, type Side } from "./sampling_error.js";
export { SAMPLES, type StackNode, StackTree, type ThreadStacks, walk } from "./stack_tree.js";
export { nativeIdOf, threadLabel } from "./thread_label.js";
