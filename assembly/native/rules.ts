// The unwind rules that are known. In: rules that were learnt, one by one. Out: the one that holds at a place. A program that is sampled for hours needs a few hundred,
// of the hundreds of thousands that its tables have. It knows no tables.
import { CFA_NONE, RULE_BYTES, Rule } from "../cfi/rule";

const MOST_RULES: u32 = 16384;
/** Sorted by `from`; they don't overlap. */
const RULES: usize = heap.alloc(MOST_RULES * RULE_BYTES);

export class Rules {
  static count: u32 = 0;
}

export function ruleNumber(index: u32): Rule {
  return changetype<Rule>(RULES + (index as usize) * RULE_BYTES);
}

/** How many rules begin at or before `pc`. */
function behind(pc: u64): u32 {
  let low: u32 = 0;
  let high = Rules.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ruleNumber(middle).from <= pc) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of the rule at `pc`, from 1; 0 = it is not known. */
export function findRule(pc: u64): u32 {
  const index = behind(pc);
  return index > 0 && pc < ruleNumber(index - 1).to ? index : 0;
}

/** Keep a rule. What its neighbours cover already stays theirs. */
export function keepRule(rule: Rule, pc: u64): void {
  if (Rules.count == MOST_RULES) Rules.count = 0;
  const index = behind(pc);
  if (index > 0 && pc < ruleNumber(index - 1).to) return;
  const at = RULES + (index as usize) * RULE_BYTES;
  memory.copy(at + RULE_BYTES, at, ((Rules.count - index) as usize) * RULE_BYTES);
  memory.copy(at, changetype<usize>(rule), RULE_BYTES);
  Rules.count++;
  const kept = ruleNumber(index);
  if (index > 0) kept.from = max(kept.from, ruleNumber(index - 1).to);
  if (index + 1 < Rules.count) kept.to = min(kept.to, ruleNumber(index + 1).from);
  // What lies around the place, whatever the tables say.
  kept.from = min(kept.from, pc);
  kept.to = max(kept.to, pc + 1);
}

const NONE = changetype<Rule>(heap.alloc(RULE_BYTES));

/** Note that nothing is known of the addresses from `from` to before `to`. */
export function keepNone(from: u64, to: u64): void {
  memory.fill(changetype<usize>(NONE), 0, RULE_BYTES);
  NONE.cfa = CFA_NONE;
  NONE.from = from;
  NONE.to = to;
  keepRule(NONE, from);
}

/** Forget all: modules may have come and gone. */
export function forgetRules(): void {
  Rules.count = 0;
}
