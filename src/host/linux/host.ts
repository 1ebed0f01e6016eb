// Linux, as a host: procfs, and what stands beside it.
import type { Host } from "../host.js";
import { accessFacts } from "./access.js";
import { seedAddress } from "./auxv.js";
import { Births, processIds } from "./births.js";
import { eventLoopDescriptor } from "./event_loop.js";
import { ignoreAsBefore, isIgnoredAsBefore } from "./ignored.js";
import { inherited, isCloseOnExec, lastArguments, openFilesLimit } from "./inherited.js";
import { KernelStacks, kernelStacksFailure } from "./kernel_stacks.js";
import { ageSeconds, hasEnded, isStopped, LifeWatch, lifeSigns, processState } from "./liveness.js";
import { loadedImages } from "./loaded_images.js";
import { MappedFiles } from "./mapped_files.js";
import { readMappings } from "./maps.js";
import { OpenFile, openImageFile } from "./open_file.js";
import { adoptsOrphans } from "./orphans.js";
import { idsHere, isForeignProc } from "./pid_namespaces.js";
import { commandLine, executablePath } from "./procfs.js";
import { ResidentMemory } from "./resident_memory.js";
import { ignoresSignal, isStruck } from "./signals.js";
import { modifiedAt } from "./source_files.js";
import { readStat } from "./stat.js";
import { readStatus } from "./status.js";
import { parseProcessors, surroundings } from "./surroundings.js";
import { HostThreadIds, threadIds } from "./thread_ids.js";
import { ThreadPlaces } from "./thread_places.js";
import { ThreadStands } from "./thread_stands.js";
import { ThreadStates } from "./thread_states.js";
import { cutTitle, ThreadTitles } from "./thread_titles.js";
import { setTimerSlack } from "./timer_slack.js";
import { userName } from "./users.js";

export const linux: Host = {
  name: "Linux",
  tellsRights: true,
  programEndings: [""],
  hasHeritage: true,
  keepsThreadsOff: true,
  sharesSignals: false,
  processIds,
  isForeignProc,
  idsHere,
  lifeSigns,
  watchLife: (pid) => new LifeWatch(pid),
  processState,
  hasEnded,
  isStopped,
  readStat,
  readStatus,
  ageSeconds,
  adoptsOrphans,
  onlyChild: () => undefined,
  isStruck,
  ignoresSignal,
  watchBirths: () => new Births(),
  residentMemory: (pid) => new ResidentMemory(pid),
  userName,
  accessFacts,
  newJob: () => undefined,
  threadStates: (pid) => new ThreadStates(pid),
  threadPlaces: (pid) => new ThreadPlaces(pid),
  threadStands: (pid) => new ThreadStands(pid),
  kernelStacks: (pid) => new KernelStacks(pid),
  kernelStacksFailure: () => kernelStacksFailure(),
  threadTitles: (pid) => new ThreadTitles(pid),
  cutTitle,
  threadIds: (pid) => new HostThreadIds(pid),
  isOfSystem: () => false,
  threadsOf: threadIds,
  executablePath,
  commandLine,
  seedAddress,
  readMappings,
  mappedFiles: (pid) => new MappedFiles(pid),
  loadedImages,
  openFile: (path) => new OpenFile(path),
  openImageFile,
  modifiedAt,
  inherited,
  ignoreAsBefore,
  isIgnoredAsBefore,
  lastArguments,
  openFilesLimit,
  isCloseOnExec,
  eventLoopDescriptor,
  setTimerSlack,
  surroundings,
  parseProcessors,
};
