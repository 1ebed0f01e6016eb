// The records that TypeScript reads out of Wasm memory. Their field offsets are exported as Wasm globals
// (index.ts), so that no offset is typed twice. Little-endian, naturally aligned.

/** What a request asks for: a range of the target's memory. Another kind would be another way to learn of the target. */
export const REQUEST_MEMORY: u16 = 0;

/** What is asked for, one range to copy so far: the same 24 bytes as native/remote_memory.h. */
@unmanaged
export class Request {
  address: u64;
  length: u32;
  /** Byte offset in Wasm memory. */
  destination: u32;
  /** Bytes that came. */
  copied: u32;
  /** 1: what lies there may change while an off-CPU copy is made. */
  moving: u16;
  /** REQUEST_MEMORY; a source refuses what it doesn't know. */
  kind: u16;
}

/** One thread of the sample. */
@unmanaged
export class ThreadRecord {
  /** Address of the PyThreadState: the thread's identity for its life. */
  address: u64;
  /** Thread id of the system as the target sees it; 0 = unknown. */
  nativeId: u64;
  interpreterId: i64;
  /** Bits of abi/reasons.ts. */
  reasons: u32;
  /** Byte offset of the u32 frame ids, root first; id 0 is an invalid frame. */
  frames: u32;
  frameCount: u32;
  /** 1 while the interpreter's garbage collector runs; in a sample that doesn't want to know, as the last checkpoint saw it. */
  collecting: u32;
  /** The thread's number: never given twice in a decoder's life. */
  serial: u32;
  /** How its stack was proven: one of abi/proof.ts. */
  proof: u32;
  /** Raised whenever the frame ids change. */
  version: u32;
  /** How many ids, from the root, are the same as in the version before. */
  unchanged: u32;
  /** Whether it holds its interpreter's GIL: one of abi/gil.ts. Only where the sample wants to know. */
  holder: u32;
  /** Which copy of this sample gave its stack, from 1; 0 = none, since it can't have run since the one before. */
  copy: u32;
  /** Whether it is left out, which only one without a frame can be: one of abi/left_out.ts. */
  leftOut: u32;
  /** Byte offset of a NameRecord: what the program calls it; 0 where that is not known. */
  name: u32;
}

/** What a thread is called: the record, and UTF-8 behind it. */
@unmanaged
export class NameRecord {
  /** Bytes of UTF-8; 0 where it has no name any more. */
  length: u32;
  /** Raised whenever it has another name. */
  version: u32;
}

/** A frame seen for the first time: define it before its id is used. */
@unmanaged
export class FrameRecord {
  id: u32;
  filename: u32; // string id
  scope: u32; // string id
  line: u32; // 1-based, 0 = absent; so are the next three
  lineEnd: u32;
  column: u32;
  columnEnd: u32;
  /** What it is a function of: FRAME_PYTHON. */
  kind: u32;
}

export const FRAME_PYTHON: u32 = 0;

/** A string seen for the first time. */
@unmanaged
export class StringRecord {
  id: u32;
  /** Byte offset of its UTF-8 (bytes that a path could not decode are kept as they were). */
  data: u32;
  length: u32;
  reserved: u32;
}

/** What is wanted next, and what a finished sample consists of. */
@unmanaged
export class SummaryRecord {
  /** Byte offset of the first request to fill, and how many there are. */
  requests: u32;
  requestCount: u32;
  threads: u32;
  newFrames: u32;
  newStrings: u32;
  /** Bits of abi/reasons.ts that concern no single thread. */
  reasons: u32;
  /** Copies of the target's state that it took. */
  attempts: u32;
  interpreters: u32;
  /** How many of the copies were still. */
  offCpuCopies: u32;
  /** How many were wanted still and moved all the same. */
  failedOffCpuCopies: u32;
  /** 1 where it was compared whether the code objects are still those that this sample and the ones before it used. */
  checkpoint: u32;
  /** 1 where a code object was another one: samples since the last checkpoint may have named the wrong code. */
  revoked: u32;
  /** 1 where a thread went on between a copy that was not believed and the next, from which nothing was learnt. */
  skidded: u32;
  /** Threads that are not of the sample, since there are too many, as the last list had them. */
  omitted: u32;
  /** It grows with each thread that was not known before, and with each that has another id than before. */
  threadsMet: u32;
}
