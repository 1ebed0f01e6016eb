// Windows, as a host: the list of processes, the loader's list of modules, handles and jobs. There are no signals, groups or namespaces, and a
// process runs one program all its life.
import { arch, cpus, release, type } from "node:os";
import type { Host } from "../host.js";
import type { AccessFacts } from "../process_facts.js";
import { Births } from "./births.js";
import { modifiedAt, OpenFile } from "./files.js";
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
  // Who has which number, and which words a process was started with, is not asked for.
  userName: String,
  commandLine: (pid) => [executablePath(pid) ?? ""].filter((path) => path !== ""),
  residentMemory: (pid) => new ResidentMemory(pid),
  accessFacts: () => ACCESS,
  newJob: () => new Job(),
  threadStates: (pid) => new ThreadStates(pid),
  threadPlaces: (pid) => new ThreadPlaces(pid),
  threadIds: () => threadIds,
  // Native frames are Linux' alone so far.
  threadStands: () => ({ look: () => undefined, witness: () => undefined, close: () => {} }),
  threadsOf: () => [],
  // What the system calls threads is not asked for: only what programs call theirs is told.
  threadTitles: () => ({ of: () => undefined }),
  cutTitle: (name) => name,
  isOfSystem: (path) => SYSTEM_FOLDER.test(path),
  executablePath,
  readMappings,
  mappedFiles: (pid) => new MappedFiles(pid),
  loadedImages,
  openFile: (path) => new OpenFile(path),
  // A binary is read as it lies in memory: that is what runs, and its headers there are not the file's.
  openImageFile: () => undefined,
  modifiedAt,
  inherited: () => NOTHING_INHERITED,
  ignoreAsBefore: () => {},
  isIgnoredAsBefore: () => false,
  lastArguments: () => [],
  openFilesLimit: () => undefined,
  isCloseOnExec: () => false,
  eventLoopDescriptor: () => -1,
  setTimerSlack: () => false,
  surroundings: () => ({
    system: `${type()} ${release()}, ${arch()}`,
    securityModules: undefined,
    containerHints: [],
    userMap: undefined,
  }),
  parseProcessors: () => cpus().map((_, i) => i),
};
