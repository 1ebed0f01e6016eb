// Native thread ids from a C library's struct pthread: where they are found, and when the search ends.
import { selectLayout } from "../../../assembly/layouts/select";
import { startAttempt } from "../../../assembly/remote/begin_attempt";
import { forgetIds, NativeId, NativeIdResult, readNativeId, searchNativeId } from "../../../assembly/runtime/native_id";
import { BASE, fill, newTarget, put32, SIZE } from "../fake_target";

const MAIN: u32 = 4711;
const END: u64 = BASE + (SIZE as u64);

function begin(): void {
  selectLayout(3, 9, 0, 8);
  newTarget();
  startAttempt();
  forgetIds(MAIN);
}

function search(pthread: u64, oldest: bool): u32 {
  for (let round = 0; !searchNativeId(pthread, oldest) && round < 10; round++) expect(fill()).toBeGreaterThan(0);
  return NativeId.offset;
}

function read(pthread: u64): u64 {
  for (let round = 0; !readNativeId(pthread) && round < 10; round++) expect(fill()).toBeGreaterThan(0);
  return NativeIdResult.id;
}

describe("a native thread id", () => {
  beforeEach(begin);

  it("is found where known C libraries have it, by any thread", () => {
    const offsets: StaticArray<u32> = [720, 208, 104, 56, 48, 32];
    for (let i = 0; i < offsets.length; i++) {
      begin();
      put32(BASE + (offsets[i] as u64), MAIN);
      expect(search(BASE, false)).toBe(offsets[i]);
    }
  });

  it("is found anywhere else by the oldest thread alone", () => {
    put32(BASE + 404, MAIN);
    expect(search(BASE, false)).toBe(0);
    expect(search(BASE, true)).toBe(404);
  });

  it("is not taken from the struct's head, which holds pointers", () => {
    put32(BASE + 16, MAIN);
    expect(search(BASE, true)).toBe(0);
  });

  it("is found where less than the whole can be read", () => {
    put32(END - 300 + 104, MAIN);
    expect(search(END - 300, true)).toBe(104);
    begin();
    put32(END - 4, MAIN);
    expect(search(END - 300, true)).toBe(0);
  });

  it("is not looked for for ever", () => {
    for (let i = 0; i < 100; i++) search(BASE, false);
    expect(NativeId.searches).toBe(0);
    for (let i = 0; i < 100; i++) search(i % 2 == 0 ? BASE : END + 4096, true);
    put32(BASE + 720, MAIN);
    startAttempt();
    expect(searchNativeId(BASE, true)).toBe(true); // with no range asked for
    expect(NativeId.offset).toBe(0);
    forgetIds(MAIN);
    expect(search(BASE, true)).toBe(720);
  });

  it("is read of each thread, where it can be one", () => {
    put32(BASE + 720, MAIN);
    search(BASE, true);
    put32(BASE + 4096 + 720, 4712);
    expect(read(BASE)).toBe(4711);
    expect(read(BASE + 4096)).toBe(4712);
    put32(BASE + 8192 + 720, 1 << 22);
    expect(read(BASE + 8192)).toBe(1 << 22);
    put32(BASE + 12288 + 720, (1 << 22) + 1);
    expect(read(BASE + 12288)).toBe(0);
    expect(read(END)).toBe(0);
  });
});
