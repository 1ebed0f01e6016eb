// macOS, as a host: libproc, Mach and dyld, by the add-on's calls. In: those calls and what reads memory. Out: a Host. **Tried on recorded
// bytes only: nobody has run it on a Mac.**
import { statSync } from "node:fs";
import { join } from "node:path";
import { OF_SYSTEM } from "../../images/macho.js";
import { LiveMemory } from "../../memory/live.js";
import type { Host } from "../host.js";
import { notAsked } from "../not_asked.js";
import type { ThreadPlaces } from "../thread_facts.js";
import { accessFacts } from "./access.js";
import { type DarwinCalls, darwinCalls } from "./calls.js";
import { openFile, openImageFile } from "./files.js";
import { Images, loadedImages, type ProcessMemory } from "./images.js";
import { Processes } from "./processes.js";
import { STATES, ZOMBIE } from "./structs.js";

export function darwinHost(
  calls: () => DarwinCalls = darwinCalls,
  memoryOf: (pid: number) => ProcessMemory = (pid) => new LiveMemory(pid),
): Host {
  const processes = new Processes(calls);
  const images = new Images(calls, memoryOf, (pid) => processes.lifeSigns(pid).state === "running");
  const modifiedAt = (pid: number, path: string): number | undefined => {
    const folder = path.startsWith("/") ? "" : processes.folder(pid);
    if (folder === undefined) return undefined;
    try {
      const stat = statSync(join(folder, path));
      return stat.isFile() ? stat.mtimeMs : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    ...notAsked((pid) => processes.executablePath(pid)),
    name: "macOS",
    tellsRights: false,
    programEndings: [""],
    usesTaskPorts: true,
    // What Node changes of it is not to be known here: `inherited`, below.
    hasHeritage: false,
    keepsThreadsOff: false,
    sharesSignals: false,
    processIds: () => processes.ids(),
    isForeignProc: () => false,
    idsHere: () => [],
    lifeSigns: (pid) => processes.lifeSigns(pid),
    watchLife: (pid) => processes.watchLife(pid),
    processState: (pid) => processes.lifeSigns(pid).state,
    hasEnded: (_, { state }) => state === STATES[ZOMBIE],
    isStopped: (pid) => processes.isStopped(pid),
    readStat: (pid) => processes.readStat(pid),
    readStatus: (pid) => processes.readStatus(pid),
    ageSeconds: (pid) => processes.ageSeconds(pid),
    adoptsOrphans: (pid) => processes.adoptsOrphans(pid),
    onlyChild: () => undefined,
    // Of signals that are on their way nothing is told.
    isStruck: (pid) => processes.lifeSigns(pid).state !== "running",
    ignoresSignal: () => false,
    watchBirths: () => processes.watchBirths(),
    residentMemory: (pid) => processes.residentMemory(pid),
    accessFacts: (pid) => accessFacts(processes, pid),
    newJob: () => undefined,
    threadStates: (pid) => processes.threadStates(pid),
    threadPlaces: () => NOWHERE,
    // Ids are the same wherever they are seen.
    threadIds: () => ({ of: (nativeId) => nativeId, nativeOf: (tid) => tid }),
    isOfSystem: (path) => OF_SYSTEM.test(path),
    executablePath: (pid) => processes.executablePath(pid),
    // No exec leaves a task port.
    seedAddress: () => undefined,
    readMappings: (pid) => images.regions(pid),
    mappedFiles: (pid) => images.mappedFiles(pid),
    loadedImages,
    openFile: (path) => openFile(path),
    openImageFile: (_, image, isRight) => openImageFile(image, isRight),
    modifiedAt,
    inherited,
    lastArguments: (count) => process.argv.slice(-count || Number.MAX_SAFE_INTEGER).map((word) => Buffer.from(word)),
    isCloseOnExec: () => true,
    parseProcessors: () => [],
  };
}

/** No thread can be bound to a processor, and none is told of exactly enough to see that it has not run: there are no off-CPU copies. */
const NOWHERE: ThreadPlaces = {
  failure: { call: "read", path: "a thread's processor", errno: 0 },
  openFiles: 0,
  look: () => undefined,
  place: () => -1,
  parse: () => undefined,
  runs: () => -1,
  realtimePolicy: () => undefined,
  close: () => {},
};

/** What Node changes of it for itself and for what it starts is not to be known here: all is as Node has made it. */
function inherited(): ReturnType<Host["inherited"]> {
  const environment = Object.entries(process.env).map(([name, value]) => Buffer.from(`${name}=${value}`));
  return { ignored: [], blocked: [], openFiles: undefined, descriptors: undefined, environment };
}

export const darwin = darwinHost();
