// The system's structs, of 64-bit macOS on either processor. In: their bytes. Out: the fields we use. Where each lies is what the system's
// headers say (sys/proc_info.h, mach/task_info.h, mach/vm_region.h, mach-o/dyld_images.h): tests/darwin/ compiles them, and compares.

/** Flavors of proc_pidinfo, with the bytes that each gives. */
export const PROC_PIDTBSDINFO = { flavor: 3, bytes: 136 };
export const PROC_PIDTASKINFO = { flavor: 4, bytes: 96 };
export const PROC_PIDREGIONINFO = { flavor: 7, bytes: 96 };
export const PROC_PIDVNODEPATHINFO = { flavor: 9, bytes: 2352 };
export const PROC_PIDTHREADID64INFO = { flavor: 15, bytes: 112 };
/** A flavor of task_info. */
export const TASK_DYLD_INFO = { flavor: 17, bytes: 20 };
/** What native/ gives of a region: address and size, and vm_region_basic_info_64 behind them. */
export const REGION = { bytes: 52 };
/** The beginning of dyld_all_image_infos, and one entry of the array that it leads to. */
export const DYLD_IMAGES_HEAD = { bytes: 16 };
export const DYLD_IMAGE = { bytes: 24 };

/** The longest path that the system gives. */
export const PATH_BYTES = 4096;

/** pbi_status (sys/proc.h). */
export const STATES: Readonly<Record<number, string>> = {
  1: "idle",
  2: "running",
  3: "sleeping",
  4: "stopped",
  5: "zombie",
};
export const STOPPED = 4;
export const ZOMBIE = 5;
/** pbi_flags. */
export const FLAG_SYSTEM = 1;
export const FLAG_TRACED = 2;
/** pth_run_state (mach/thread_info.h). */
export const TH_STATE_RUNNING = 1;
/** all_image_info_format. */
export const DYLD_FORMAT_64 = 1;
export const VM_PROT_READ = 1;
export const VM_PROT_WRITE = 2;
export const VM_PROT_EXECUTE = 4;

/** struct proc_bsdinfo. */
export interface BsdInfo {
  readonly flags: number;
  readonly status: number;
  readonly parent: number;
  readonly effectiveUser: number;
  readonly user: number;
  readonly userGroup: number;
  readonly group: number;
  /** Microseconds since 1970. */
  readonly startTime: number;
}

export function parseBsdInfo(bytes: Uint8Array): BsdInfo {
  const view = viewOf(bytes);
  const word = (at: number) => view.getUint32(at, true);
  return {
    flags: word(0),
    status: word(4),
    parent: word(16),
    effectiveUser: word(20),
    user: word(28),
    userGroup: word(32),
    group: word(100),
    startTime: long(view, 120) * 1e6 + long(view, 128),
  };
}

/** struct proc_taskinfo. */
export interface TaskInfo {
  /** Bytes. */
  readonly residentSize: number;
  /** User and system time of all its threads, in the processor's ticks. */
  readonly ticksRun: number;
  readonly runningThreads: number;
}

export function parseTaskInfo(bytes: Uint8Array): TaskInfo {
  const view = viewOf(bytes);
  return {
    residentSize: long(view, 8),
    ticksRun: long(view, 16) + long(view, 24),
    runningThreads: view.getInt32(88, true),
  };
}

/** pth_run_state of struct proc_threadinfo. */
export function parseRunState(bytes: Uint8Array): number {
  return viewOf(bytes).getInt32(24, true);
}

/** pri_address of struct proc_regioninfo. */
export function parseRegionAddress(bytes: Uint8Array): bigint {
  return viewOf(bytes).getBigUint64(80, true);
}

/** pvi_cdir.vip_path of struct proc_vnodepathinfo: the folder that a process is in. */
export function parseFolder(bytes: Uint8Array): string {
  return textIn(bytes.subarray(152, 152 + 1024));
}

/** struct task_dyld_info. */
export function parseDyldInfo(bytes: Uint8Array): { readonly address: bigint; readonly format: number } {
  const view = viewOf(bytes);
  return { address: view.getBigUint64(0, true), format: view.getInt32(16, true) };
}

/** struct dyld_all_image_infos: how many images there are, and where they are told of; 0 while dyld changes that. */
export function parseImagesHead(bytes: Uint8Array): { readonly count: number; readonly array: bigint } {
  const view = viewOf(bytes);
  return { count: view.getUint32(4, true), array: view.getBigUint64(8, true) };
}

/** struct dyld_image_info, the entry `index` of an array: where an image begins, and where its path stands. */
export function parseImageEntry(bytes: Uint8Array, index: number): { readonly start: bigint; readonly path: bigint } {
  const view = viewOf(bytes);
  const at = index * DYLD_IMAGE.bytes;
  return { start: view.getBigUint64(at, true), path: view.getBigUint64(at + 8, true) };
}

export interface Region {
  readonly start: bigint;
  readonly end: bigint;
  /** Bits of VM_PROT_*. */
  readonly protection: number;
  readonly shared: boolean;
  readonly offset: number;
}

/** What native/ gives of a region. */
export function parseRegion(bytes: Uint8Array): Region {
  const view = viewOf(bytes);
  const start = view.getBigUint64(0, true);
  return {
    start,
    end: start + view.getBigUint64(8, true),
    protection: view.getInt32(16, true),
    shared: view.getUint32(28, true) !== 0,
    offset: long(view, 36),
  };
}

/** Text up to a NUL. */
export function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end).toString("utf8");
}

/** The ids of a list. */
export function parseIds(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length >>> 2 }, (_, i) => view.getInt32(4 * i, true)).filter((id) => id > 0);
}

function long(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
