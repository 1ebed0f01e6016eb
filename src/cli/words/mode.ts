// What a profile is to measure. In: the switches that say so. Out: the mode, and the switches that it leaves without effect.
import type { Mode } from "../../model/metrics.js";

/** Switches of the command line. */
export interface ModeSwitches {
  readonly cpu: boolean;
  readonly memory: boolean;
  readonly full: boolean;
  readonly kernel: boolean;
}

/** A switch that changes nothing beside another one. */
export interface IdleSwitch {
  readonly option: "-c" | "-k" | "-m";
  readonly beside: "-c" | "-f" | "-m";
}

export function chooseMode({ cpu, memory, full, kernel }: ModeSwitches): {
  mode: Mode;
  idle: readonly IdleSwitch[];
} {
  const beside = full ? "-f" : "-m";
  const idle: IdleSwitch[] = [];
  if (cpu && (full || memory)) idle.push({ option: "-c", beside });
  if (memory && full) idle.push({ option: "-m", beside });
  const mode = full ? "full" : memory ? "memory" : cpu ? "cpu" : "wall";
  if (kernel && mode === "cpu") idle.push({ option: "-k", beside: "-c" });
  return { mode, idle };
}
