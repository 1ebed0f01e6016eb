// Blocks for stacks: none overlap, those given back are taken again, whatever their sizes, and room ends.
import { MAX_FRAMES, STACK_STORE_BYTES } from "../../../assembly/abi/limits";
import { STACK_STORE } from "../../../assembly/abi/memory";
import { RAW_FRAME_BYTES } from "../../../assembly/threads/raw_frame";
import { emptyStore, giveBlock, roomFor, takeBlock, trimBlock } from "../../../assembly/threads/stack_store";

// Blocks and their room.
const BLOCKS: usize = heap.alloc(64 * 8);

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

  it("has its room to itself", () => {
    let taken: u32 = 0;
    for (let frames: u32 = 1; frames < 3000; frames += 97) {
      const block = takeBlock(frames);
      expect(block >= STACK_STORE && block + bytesOf(roomFor(frames)) <= STACK_STORE + STACK_STORE_BYTES).toBe(true);
      for (let i: u32 = 0; i < taken; i++) {
        const other = changetype<usize>(load<u32>(BLOCKS + i * 8));
        const end = other + bytesOf(load<u32>(BLOCKS + i * 8, 4));
        expect(block >= end || block + bytesOf(roomFor(frames)) <= other).toBe(true);
      }
      store<u32>(BLOCKS + taken * 8, block as u32);
      store<u32>(BLOCKS + taken * 8, roomFor(frames), 4);
      taken++;
    }
  });

  it("is taken again once it is given back", () => {
    const first = takeBlock(40);
    const second = takeBlock(64);
    expect(first).not.toBe(second);
    giveBlock(first, 64);
    expect(takeBlock(64)).toBe(first);
    giveBlock(second, 64);
    expect(takeBlock(50)).toBe(second);
  });

  it("is split for fewer frames, and whole again once all of it is given back", () => {
    takeAll(MAX_FRAMES);
    takeAll(1);
    giveBlock(STACK_STORE, MAX_FRAMES);
    expect(takeAll(32)).toBe(MAX_FRAMES / 32);
    expect(takeBlock(1)).toBe(0);
    // From both ends to the middle.
    const half: u32 = MAX_FRAMES / 64;
    for (let i: u32 = 0; i < half; i++) {
      giveBlock(STACK_STORE + bytesOf(32 * i), 32);
      giveBlock(STACK_STORE + bytesOf(32 * (2 * half - 1 - i)), 32);
    }
    expect(takeBlock(MAX_FRAMES)).toBe(STACK_STORE);
  });

  it("is trimmed to its beginning, and what it had beyond is there for others", () => {
    takeAll(MAX_FRAMES);
    takeAll(1);
    trimBlock(STACK_STORE, MAX_FRAMES, 50);
    expect(takeBlock(MAX_FRAMES)).toBe(0);
    expect(takeBlock(MAX_FRAMES / 2)).toBe(STACK_STORE + bytesOf(MAX_FRAMES / 2));
    expect(takeBlock(64)).toBe(STACK_STORE + bytesOf(64));
    giveBlock(STACK_STORE, 64);
    expect(takeBlock(33)).toBe(STACK_STORE);
  });

  it("is forgotten with all others, those given back too", () => {
    const first = takeBlock(64);
    const block = takeBlock(64);
    giveBlock(block, 64);
    emptyStore();
    expect(takeBlock(64)).toBe(first);
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
