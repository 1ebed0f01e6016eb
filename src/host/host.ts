// What is asked of an operating system: the contract of a folder beside this file. All that is known of procfs, or of what takes its
// place elsewhere, stands behind it. Whoever can't be looked at is a ProcessGone, ProcessDenied or ProcessUnseen.
import type { LoadedImage, MappedFiles, Mapping, OpenFile } from "./loaded_image.js";
import type { Inherited, Surroundings } from "./own_facts.js";
import type {
  AccessFacts,
  Births,
  Job,
  LifeSigns,
  LifeWatch,
  ProcessStat,
  ProcessState,
  ProcessStatus,
  ResidentMemory,
} from "./process_facts.js";
import type {
  FileFailure,
  HostThreadIds,
  KernelStacks,
  ThreadPlaces,
  ThreadStands,
  ThreadStates,
  ThreadTitles,
} from "./thread_facts.js";

export interface Host {
  /** As people call it. */
  readonly name: string;
  /** Whether users, capabilities and namespaces are told, which decide who may read whom; where not, what is told of them means nothing. */
  readonly tellsRights: boolean;
  /** What may stand behind the name of a program in the name of its file; none comes first. */
  readonly programEndings: readonly string[];
  /** Whether what we have inherited may be other than what Node gives to what it starts: signals, descriptors, limits, words that are no text. */
  readonly hasHeritage: boolean;
  /**
   * Whether a thread that runs can be kept off its processor while it is copied. Where not, what nothing else proves is shown all the same, and
   * marked as unproven.
   */
  readonly keepsThreadsOff: boolean;
  /** Whether each signal that we get has reached all who share our terminal, too: a console tells all of them. */
  readonly sharesSignals: boolean;
  /** Memory is asked for by the port of a process's task: users and signatures decide who gets it, and no capabilities. */
  readonly usesTaskPorts?: boolean;

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
  /** Of a process that may be a launcher, which waits for the interpreter that it has started: its only child; undefined where no program works so. */
  onlyChild(pid: number): number | undefined;
  /** Whether a signal is on its way to the process, or has ended it. The system notes it when it is sent, not when it is heard. */
  isStruck(pid: number): boolean;
  /** Whether the process ignores the signal; false where that can't be seen. */
  ignoresSignal(pid: number, signal: NodeJS.Signals): boolean;
  watchBirths(): Births;
  residentMemory(pid: number): ResidentMemory;
  /** What people call a user; the number where nobody says. */
  userName(id: number): string;
  /** Why reading the process may be refused; never throws. */
  accessFacts(pid: number): AccessFacts;
  /** What ends with us, however we end; undefined where what we have started outlives us. */
  newJob(): Job | undefined;

  // Threads

  threadStates(pid: number): ThreadStates;
  threadPlaces(pid: number): ThreadPlaces;
  threadTitles(pid: number): ThreadTitles;
  /** What the system keeps of a thread's name. */
  cutTitle(name: string): string;
  threadStands(pid: number): ThreadStands;
  kernelStacks(pid: number): KernelStacks;
  /** Why kernel stacks can't be read from here, whoever's: what failed of our own; undefined where they can. */
  kernelStacksFailure(): FileFailure | undefined;
  threadIds(pid: number): HostThreadIds;
  /** Ids of the threads of a process, as seen from here. @throws ProcessGone, ProcessDenied, ProcessUnseen */
  threadsOf(pid: number): number[];

  // Programs and files

  /** Whether a binary is the system's own, and has no part in any answer; the C library's are told by their names elsewhere. */
  isOfSystem(path: string): boolean;

  /** Path of the file the process runs, as seen from here; undefined for one without. @throws ProcessGone, ProcessDenied */
  executablePath(pid: number): string | undefined;
  /** The words that the process was started with; none of one without. @throws ProcessGone, ProcessDenied */
  commandLine(pid: number): string[];
  /**
   * Where 16 random bytes lie that the system has given the program which the process runs, an exec's others than those before it; undefined where there are none.
   * @param wordSize of the program, in bytes
   */
  seedAddress(pid: number, wordSize: number): bigint | undefined;
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
  /** A descriptor that is ready when our event loop has anything to do but timers, in a runtime that isn't built on libuv; -1: none. */
  eventLoopDescriptor(): number;
  /** Allow the system to wake our main thread at most so many nanoseconds after a deadline. @returns whether it was accepted */
  setTimerSlack(nanoseconds: number): boolean;
  /** Where we run; never throws. */
  surroundings(): Surroundings;
  /** The numbers of a list of processors as `ProcessStatus` has it. */
  parseProcessors(list: string): number[];
}
