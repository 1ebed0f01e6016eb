// Offsets where a long has 4 bytes beside pointers of 8: those of CPython's headers, compiled for x86_64-windows-gnu and run under Wine.
import { ABSENT, Layout } from "../../../assembly/layouts/layout";
import { selectLayout } from "../../../assembly/layouts/select";
import { LAYOUT_OK, LAYOUT_UNSUPPORTED } from "../../../assembly/layouts/status";

describe("longs of 4 bytes", () => {
  it("make thread ids native ones in 3.9 and 3.10, which have no other", () => {
    for (let minor: u32 = 9; minor <= 10; minor++) {
      expect(selectLayout(3, minor, 0, 8, 4)).toBe(LAYOUT_OK);
      expect(Layout.longSize).toBe(4);
      expect(Layout.threadNativeId).toBe(Layout.threadId);
      expect(Layout.threadDatastackChunk).toBe(ABSENT);
      expect(Layout.gilSwitches - Layout.gilHolder).toBe(12);
    }
  });

  it("move what stands behind them in 3.11 and 3.12", () => {
    expect(selectLayout(3, 11, 0, 8, 4)).toBe(LAYOUT_OK);
    expect(Layout.threadId).toBe(152);
    expect(Layout.threadNativeId).toBe(156);
    expect(Layout.threadDatastackChunk).toBe(288);
    expect(Layout.threadDatastackTop).toBe(296);
    expect(selectLayout(3, 12, 0, 8, 4)).toBe(LAYOUT_OK);
    expect(Layout.threadId).toBe(136);
    expect(Layout.threadNativeId).toBe(140);
    expect(Layout.threadDatastackChunk).toBe(224);
    expect(Layout.threadDatastackTop).toBe(232);
    expect(Layout.gilSwitches - Layout.gilHolder).toBe(12);
  });

  it("are those of other targets no more behind one of these", () => {
    selectLayout(3, 12, 0, 8, 4);
    expect(selectLayout(3, 12, 0, 8)).toBe(LAYOUT_OK);
    expect(Layout.longSize).toBe(8);
    expect(Layout.threadNativeId).toBe(144);
    expect(Layout.threadDatastackChunk).toBe(232);
    expect(Layout.gilSwitches - Layout.gilHolder).toBe(16);
  });

  it("are refused in sizes that no system has", () => {
    expect(selectLayout(3, 12, 0, 4, 8)).toBe(LAYOUT_UNSUPPORTED);
    expect(selectLayout(3, 12, 0, 8, 2)).toBe(LAYOUT_UNSUPPORTED);
  });
});
