// The threads that were off their processors: those that were put in for this copy, and no others, however many and whatever their ids.
import {
  addOffCpuThread,
  beginOffCpuThreads,
  isOffCpuThread,
  offCpuThreadCount,
} from "../../../assembly/consistency/off_cpu_threads";

/** As many as the table takes (half of its slots). */
const MOST: u32 = 8192;

describe("threads that were off their processors", () => {
  beforeEach(() => {
    beginOffCpuThreads();
  });

  it("are those that were put in", () => {
    addOffCpuThread(4711);
    addOffCpuThread(1);
    addOffCpuThread(4711);
    expect(offCpuThreadCount()).toBe(2);
    expect(isOffCpuThread(4711)).toBe(true);
    expect(isOffCpuThread(1)).toBe(true);
    expect(isOffCpuThread(2)).toBe(false);
    expect(isOffCpuThread(0)).toBe(false);
  });

  it("are none of another copy's", () => {
    addOffCpuThread(4711);
    beginOffCpuThreads();
    expect(offCpuThreadCount()).toBe(0);
    expect(isOffCpuThread(4711)).toBe(false);
    addOffCpuThread(4712);
    expect(isOffCpuThread(4711)).toBe(false);
    expect(isOffCpuThread(4712)).toBe(true);
  });

  it("have the whole of their ids compared", () => {
    addOffCpuThread(4711);
    expect(isOffCpuThread(0x1_0000_1267)).toBe(false);
    addOffCpuThread(u32.MAX_VALUE);
    expect(isOffCpuThread(u32.MAX_VALUE)).toBe(true);
  });

  it("are never more than there is room for: the others may have run", () => {
    // Multiples of a power of two, which a poor hash puts side by side.
    for (let i: u32 = 1; i <= MOST + 100; i++) addOffCpuThread(i << 14);
    expect(offCpuThreadCount()).toBe(MOST);
    for (let i: u32 = 1; i <= MOST; i++) assert(isOffCpuThread((i << 14) as u64));
    for (let i: u32 = MOST + 1; i <= MOST + 100; i++) assert(!isOffCpuThread((i << 14) as u64));
    for (let i: u32 = 1; i <= MOST; i++) assert(!isOffCpuThread(((i << 14) + 1) as u64));
  });
});
