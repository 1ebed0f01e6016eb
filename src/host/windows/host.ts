// Windows, as a host: the list of processes, the loader's list of modules, handles and jobs. There are no signals, groups or namespaces, and a
// process runs one program all its life.
import { cpus } from "node:os";
import type { Host } from "../host.js";
import { notAsked } from "../not_asked.js";
import type { AccessFacts } from "../process_facts.js";
import { RegularFile } from "../regular_file.js";
import { Births } from "./births.js";
import { modifiedAt } from "./files.js";
import { Job } from "./job.js";
import {
  ageSeconds,
  hasEnded,
  LifeWatch,
  lifeSigns,
  onlyChild,
  processIds,
  processState,
  readStat,
  readStatus,
} from "./liveness.js";
import { executablePath, loadedImages, MappedFiles, readMappings } from "./modules.js";
import { ResidentMemory } from "./resident_memory.js";
import { ThreadPlaces, ThreadStates, threadIds } from "./threads.js";

/** None of Linux' facts decides here: a process may be read by its own user, and by administrators. */
const ACCESS: AccessFacts = {
  ptraceScope: undefined,
  ourEffectiveUser: 0,
  ourEffectiveGroup: 0,
  mayTraceAny: false,
  ourSeccomp: undefined,
  targetUser: undefined,
  targetGroup: undefined,
  targetIsDumpable: undefined,
  targetHasMoreCapabilities: undefined,
  targetTracer: 0,
  sameUserNamespace: undefined,
  ourLabel: undefined,
  targetLabel: undefined,
};

const SYSTEM_FOLDER = /^[a-z]:\\windows\\/i;

const NOTHING_INHERITED = { ignored: [], blocked: [], openFiles: undefined, descriptors: undefined, environment: [] };

export const windows: Host = {
  ...notAsked(executablePath),
  name: "Windows",
  tellsRights: false,
  programEndings: ["", ".com", ".exe"],
  hasHeritage: false,
  keepsThreadsOff: false,
  sharesSignals: true,
  processIds,
  isForeignProc: () => false,
  idsHere: () => [],
  lifeSigns,
  watchLife: (pid) => new LifeWatch(pid),
  processState,
  hasEnded,
  isStopped: () => false,
  readStat,
  readStatus,
  ageSeconds,
  adoptsOrphans: () => false,
  onlyChild,
  isStruck: () => false,
  ignoresSignal: () => false,
  watchBirths: () => new Births(),
  residentMemory: (pid) => new ResidentMemory(pid),
  accessFacts: () => ACCESS,
  newJob: () => new Job(),
  threadStates: (pid) => new ThreadStates(pid),
  threadPlaces: (pid) => new ThreadPlaces(pid),
  threadIds: () => threadIds,
  isOfSystem: (path) => SYSTEM_FOLDER.test(path),
  executablePath,
  // There is no exec.
  seedAddress: () => undefined,
  readMappings,
  mappedFiles: (pid) => new MappedFiles(pid),
  loadedImages,
  openFile: (path) => new RegularFile(path),
  // A binary is read as it lies in memory: that is what runs, and its headers there are not the file's.
  openImageFile: () => undefined,
  modifiedAt,
  inherited: () => NOTHING_INHERITED,
  lastArguments: () => [],
  isCloseOnExec: () => false,
  parseProcessors: () => cpus().map((_, i) => i),
};
