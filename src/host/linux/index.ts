// What tests look into of Linux. The rest of the project asks `host` (../index.js).
export { accessFacts } from "./access.js";
export { Births, processIds } from "./births.js";
export { KernelStacks, kernelStacksFailure, parseKernelStack } from "./kernel_stacks.js";
export { ageSeconds, hasEnded, LifeWatch, lifeSigns, processState, startTime } from "./liveness.js";
export { loadedImages } from "./loaded_images.js";
export { MappedFiles } from "./mapped_files.js";
export { readMappings } from "./maps.js";
export { OpenFile, openImageFile } from "./open_file.js";
export { executablePath, readProcFile } from "./procfs.js";
export { pageBytesIn, ResidentMemory } from "./resident_memory.js";
export { parseStat, readStat } from "./stat.js";
export { parseStatus } from "./status.js";
export { parseProcessors } from "./surroundings.js";
export { HostThreadIds, hostThreadIds, isInOtherPidNamespace, threadIds } from "./thread_ids.js";
export { parsePlace, realtimePolicy, ThreadPlaces, witnessFile } from "./thread_places.js";
export { parseStand } from "./thread_stands.js";
export { ThreadStates } from "./thread_states.js";
export { setTimerSlack } from "./timer_slack.js";
