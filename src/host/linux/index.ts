// What Linux exports to the rest of the project.
export { type AccessFacts, accessFacts } from "./access.js";
export { Births, processIds } from "./births.js";
export { ignoreAsBefore, isIgnoredAsBefore } from "./ignored.js";
export { inherited, isCloseOnExec, lastArguments, openFilesLimit } from "./inherited.js";
export {
  ageSeconds,
  hasEnded,
  isStopped,
  type LifeSigns,
  LifeWatch,
  lifeSigns,
  type ProcessState,
  processState,
  startTime,
} from "./liveness.js";
export { type LoadedImage, loadedImages } from "./loaded_images.js";
export { MappedFiles, mappedFiles } from "./mapped_files.js";
export { type Mapping, readMappings } from "./maps.js";
export { OpenFile, openImageFile } from "./open_file.js";
export { idsHere, isForeignProc } from "./pid_namespaces.js";
export { executablePath, readProcFile } from "./procfs.js";
export { ResidentMemory } from "./resident_memory.js";
export { ignoresSignal, isStruck } from "./signals.js";
export { modifiedAt } from "./source_files.js";
export { type ProcessStat, parseStat, readStat } from "./stat.js";
export { type ProcessStatus, parseStatus, readStatus } from "./status.js";
export { parseProcessors, type Surroundings, surroundings } from "./surroundings.js";
export type { FileFailure } from "./thread_files.js";
export { HostThreadIds, hostThreadIds, isInOtherPidNamespace, threadIds } from "./thread_ids.js";
export {
  isAtRest,
  parsePlace,
  RUNNING,
  realtimePolicy,
  type ThreadPlace,
  ThreadPlaces,
  witnessFile,
} from "./thread_places.js";
export { ThreadStates } from "./thread_states.js";
export { setTimerSlack } from "./timer_slack.js";
