// What is asked of an operating system: the contract of a folder beside this file. All that is known of procfs, or of what takes its
// place elsewhere, stands behind it. Whoever can't be looked at is a ProcessGone, ProcessDenied or ProcessUnseen.
import type { LoadedImage, MappedFiles, Mapping, OpenFile } from "./loaded_image.js";
import type { Inherited, Surroundings } from "./own_facts.js";
import type {
  AccessFacts,
  Births,
  LifeSigns,
  LifeWatch,
  ProcessStat,
  ProcessState,
  ProcessStatus,
  ResidentMemory,
} from "./process_facts.js";
import type { HostThreadIds, ThreadPlaces, ThreadStands, ThreadStates } from "./thread_facts.js";

export interface Host {
  // Processes

  /** Ids of all processes that are to be seen. */
  processIds(): number[];
  /** Whether the process's own ids are others than those under which we are asked for it: then nothing that is told here means it. */
  isForeignProc(): boolean;
  /** The processes that are called `pid` in a PID namespace below ours, by the ids that they have here. It looks at every process. */
  idsHere(pid: number): number[];
  /** Whether process `pid` runs, and as the same program as before; one we may not look at counts as running. */
  lifeSigns(pid: number): LifeSigns;
  watchLife(pid: number): LifeWatch;
  processState(pid: number): ProcessState;
  /** Whether process `pid`, of which `stat` was just read, has ended with all its threads. */
  hasEnded(pid: number, stat: ProcessStat): boolean;
  /** Whether process `pid` is stopped, as by Ctrl-Z, and acts on no signal; false where that can't be seen. */
  isStopped(pid: number): boolean;
  /** @throws ProcessGone, ProcessDenied, ProcessUnseen */
  readStat(pid: number, tid?: number): ProcessStat;
  /** @throws ProcessGone, ProcessDenied, ProcessUnseen */
  readStatus(pid: number, tid?: number): ProcessStatus;
  /** Seconds since the process was forked (an exec doesn't start it anew). @throws ProcessGone, ProcessDenied */
  ageSeconds(pid: number): number;
  /** Whether the process gets the orphans of those below it. @throws ProcessGone, ProcessDenied */
  adoptsOrphans(pid: number): boolean;
  /** Whether a signal is on its way to the process, or has ended it. The system notes it when it is sent, not when it is heard. */
  isStruck(pid: number): boolean;
  /** Whether the process ignores the signal; false where that can't be seen. */
  ignoresSignal(pid: number, signal: NodeJS.Signals): boolean;
  watchBirths(): Births;
  residentMemory(pid: number): ResidentMemory;
  /** Why reading the process may be refused; never throws. */
  accessFacts(pid: number): AccessFacts;

  // Threads

  threadStates(pid: number): ThreadStates;
  threadPlaces(pid: number): ThreadPlaces;
  threadStands(pid: number): ThreadStands;
  threadIds(pid: number): HostThreadIds;
  /** Ids of the threads of a process, as seen from here. @throws ProcessGone, ProcessDenied, ProcessUnseen */
  threadsOf(pid: number): number[];

  // Programs and files

  /** Path of the file the process runs, as seen from here; undefined for one without. @throws ProcessGone, ProcessDenied */
  executablePath(pid: number): string | undefined;
  /** The ranges mapped at this moment, lowest address first; none while it execs or exits. @throws ProcessGone, ProcessDenied */
  readMappings(pid: number): Mapping[];
  /** What a process has mapped of files, to be read piece by piece. @throws ProcessGone, ProcessDenied, ProcessUnseen */
  mappedFiles(pid: number): MappedFiles;
  /** The binaries that have these mappings, which are lowest address first. */
  loadedImages(mappings: readonly Mapping[]): LoadedImage[];
  /** @throws what the system says, or an Error when it's not a regular file */
  openFile(path: string): OpenFile;
  /** Open the file of `image`, the first way that gives a file `isRight` agrees to; undefined when no way leads to the file. */
  openImageFile(pid: number, image: LoadedImage, isRight: (file: OpenFile) => boolean): OpenFile | undefined;
  /**
   * When the contents of a file were last written, in milliseconds since 1970; undefined where no file is to be seen.
   * @param path as the process has it: absolute under its own root, or relative to the folder it is in now
   */
  modifiedAt(pid: number, path: string): number | undefined;

  // Ourselves

  /** What this process inherited. The first call takes the notes out of our environment: nothing that is started shall have them. */
  inherited(): Inherited;
  /** Ignore again what was ignored when we started. */
  ignoreAsBefore(): void;
  /** Whether a signal was ignored when we started, and is again. */
  isIgnoredAsBefore(signal: NodeJS.Signals): boolean;
  /** The last `count` words of our own command line, in bytes. */
  lastArguments(count: number): Buffer[];
  /** The soft limit of open files that we have now; a number or "unlimited". */
  openFilesLimit(): string | undefined;
  /** Whether a descriptor of ours is closed in whatever we start; so it is said of one that can't be looked at. */
  isCloseOnExec(descriptor: number): boolean;
  /** Allow the system to wake our main thread at most so many nanoseconds after a deadline. @returns whether it was accepted */
  setTimerSlack(nanoseconds: number): boolean;
  /** Where we run; never throws. */
  surroundings(): Surroundings;
  /** The numbers of a list of processors as `ProcessStatus` has it. */
  parseProcessors(list: string): number[];
}
