// Blocks for stacks: none overlap, those given back are taken again, and room ends.
import { MAX_FRAMES, STACK_STORE_BYTES } from "../../../assembly/abi/limits";
import { STACK_STORE } from "../../../assembly/abi/memory";
import { RAW_FRAME_BYTES } from "../../../assembly/walk/state";
import { emptyStore, giveBlock, roomFor, takeBlock } from "../../../assembly/walk/store";

/** Bytes that `frames` frames and their ids take. */
function bytesOf(frames: u32): u32 {
  return frames * (RAW_FRAME_BYTES + 4);
}

/** Take blocks for so many frames while there are any. Returns how many. */
function takeAll(frames: u32): u32 {
  let count: u32 = 0;
  while (takeBlock(frames) != 0) count++;
  return count;
}

describe("a block", () => {
  beforeEach(emptyStore);

  it("has room for a power of two, 32 at least", () => {
    const frames: StaticArray<u32> = [0, 1, 32, 33, 64, 65, 1000, MAX_FRAMES];
    const rooms: StaticArray<u32> = [32, 32, 32, 64, 64, 128, 1024, MAX_FRAMES];
    for (let i = 0; i < frames.length; i++) expect(roomFor(frames[i])).toBe(rooms[i]);
  });

  it("lies behind the one taken before, for all of its room", () => {
    let end = STACK_STORE;
    for (let frames: u32 = 1; frames < 3000; frames += 97) {
      expect(takeBlock(frames)).toBe(end);
      end += bytesOf(roomFor(frames));
    }
  });

  it("is taken again once it is given back, the last one first", () => {
    const first = takeBlock(40);
    const second = takeBlock(64);
    giveBlock(first, 64);
    giveBlock(second, 64);
    expect(takeBlock(50)).toBe(second);
    expect(takeBlock(64)).toBe(first);
    expect(takeBlock(64)).toBe(second + bytesOf(64));
  });

  it("is not taken for more or fewer frames than its class has", () => {
    const block = takeBlock(64);
    giveBlock(block, 64);
    expect(takeBlock(32)).not.toBe(block);
    expect(takeBlock(65)).not.toBe(block);
    expect(takeBlock(33)).toBe(block);
  });

  it("is forgotten with all others, those given back too", () => {
    takeBlock(64);
    const block = takeBlock(64);
    giveBlock(block, 64);
    emptyStore();
    expect(takeBlock(64)).toBe(STACK_STORE);
    expect(takeBlock(64)).toBe(block);
    expect(takeBlock(64)).not.toBe(block);
  });

  it("is never larger than a sample", () => {
    expect(takeBlock(MAX_FRAMES)).not.toBe(0);
    expect(takeBlock(MAX_FRAMES + 1)).toBe(0);
    expect(takeBlock(u32.MAX_VALUE)).toBe(0);
  });

  it("is not to be had once there is no room, and is again once one is given back or all are", () => {
    const most = STACK_STORE_BYTES / bytesOf(MAX_FRAMES);
    const first = STACK_STORE;
    expect(takeAll(MAX_FRAMES)).toBe(most);
    expect(takeAll(1) > 0).toBe(true); // what is left is too small, not lost
    expect(takeBlock(32)).toBe(0);
    giveBlock(first, MAX_FRAMES);
    expect(takeBlock(MAX_FRAMES)).toBe(first);
    emptyStore();
    expect(takeAll(MAX_FRAMES)).toBe(most);
  });
});
