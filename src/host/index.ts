// The system that we run on, and the one choice of it: every room asks through this file, and none knows which it is. Another system is a
// sibling folder with a Host of its own, and a line here.
import { darwin } from "./darwin/host.js";
import { UnsupportedSystem } from "./errors.js";
import type { Host } from "./host.js";
import { linux } from "./linux/host.js";
import { windows } from "./windows/host.js";

export { ProcessDenied, ProcessGone, ProcessUnseen, UnsupportedSystem } from "./errors.js";
export type { Host } from "./host.js";
export type { LoadedImage, MappedFiles, Mapping, OpenFile } from "./loaded_image.js";
export type { Inherited, Surroundings } from "./own_facts.js";
export type {
  AccessFacts,
  Births,
  Job,
  LifeSigns,
  LifeWatch,
  ProcessStat,
  ProcessStatus,
  ProgramProtection,
  ResidentMemory,
} from "./process_facts.js";
export { type LogLevel, type LogLine, writeSystemLog } from "./system_log.js";
export type {
  FileFailure,
  HostThreadIds,
  KernelStacks,
  ThreadPlace,
  ThreadPlaces,
  ThreadStand,
  ThreadStands,
  ThreadStates,
  ThreadTitles,
} from "./thread_facts.js";

const HOSTS: Partial<Record<NodeJS.Platform, Host>> = { linux, darwin, win32: windows };

/** The host of a system. One that nobody has written yet answers no question: asking it throws an UnsupportedSystem that names the system. */
export function hostOf(platform: NodeJS.Platform): Host {
  return HOSTS[platform] ?? (new Proxy({}, { get: (_, question) => absent(platform, String(question)) }) as Host);
}

function absent(platform: NodeJS.Platform, question: string): never {
  throw new UnsupportedSystem(
    `austin can't look at processes on ${platform} yet (${question}): it runs on ${Object.keys(HOSTS).join(", ")}`,
  );
}

/** The systems that there are hosts for, as people call them. */
export const hostSystems: readonly string[] = Object.values(HOSTS).map(({ name }) => name);

/** Whether there is a host for the system that we run on. */
export const isHostSystem = process.platform in HOSTS;

export const host: Host = hostOf(process.platform);
