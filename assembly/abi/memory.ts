// The map of Wasm memory: every region, allocated once at start, never moved, never freed.
// Addresses are constants of an instance, so TypeScript makes its views once. Fresh memory is zero: tables are not filled at
// start, so that an instance costs no more memory than it uses.
import {
  ARENA_BYTES,
  COPY_BYTES,
  MAX_CHUNKS,
  MAX_INTERPRETERS,
  MAX_NAME_CHARACTERS,
  MAX_NAMES_AT_ONCE,
  MAX_NEW_CODES,
  MAX_NEW_FRAMES,
  MAX_NEW_STRINGS,
  MAX_REQUESTS,
  MAX_THREADS,
  STACK_STORE_BYTES,
} from "./limits";
import { FrameRecord, NameRecord, Request, StringRecord, SummaryRecord, ThreadRecord } from "./records";

/** `Request` records, in the order in which they are to be filled. */
export const REQUESTS: usize = heap.alloc(MAX_REQUESTS * offsetof<Request>());
/** Where the copied ranges go. */
export const COPY: usize = heap.alloc(COPY_BYTES);
/** Strings and location tables, cached between samples. */
export const ARENA: usize = heap.alloc(ARENA_BYTES);
/** The `SummaryRecord` of the sample. */
export const SUMMARY: usize = heap.alloc(offsetof<SummaryRecord>());
/** `ThreadRecord`s of the sample. */
export const THREADS: usize = heap.alloc(MAX_THREADS * offsetof<ThreadRecord>());
/** Bytes of a `NameRecord` with its UTF-8: four bytes a character at most. */
export const NAME_BYTES: u32 = offsetof<NameRecord>() + MAX_NAME_CHARACTERS * 4;
/** Names of threads, by the threads' numbers as owners of ranges. */
export const NAMES: usize = heap.alloc((MAX_THREADS + 1) * NAME_BYTES);
/** Names that were read once, and are to be read again. */
export const READ_NAMES: usize = heap.alloc(MAX_NAMES_AT_ONCE * NAME_BYTES);
/** What each thread's frames and their ids are cached in. */
export const STACK_STORE: usize = heap.alloc(STACK_STORE_BYTES);
/** `FrameRecord`s first seen in this sample. */
export const NEW_FRAMES: usize = heap.alloc(MAX_NEW_FRAMES * offsetof<FrameRecord>());
/** `StringRecord`s first seen in this sample. */
export const NEW_STRINGS: usize = heap.alloc(MAX_NEW_STRINGS * offsetof<StringRecord>());
/** u32 indices of the code objects being read in this sample. */
export const NEW_CODES: usize = heap.alloc(MAX_NEW_CODES * 4);
/** Addresses of the sample's interpreters, u64. */
export const INTERPRETERS: usize = heap.alloc(MAX_INTERPRETERS * 8);
/** Chunks of the thread being walked: u64 first, u64 end, u32 copy, u32 pad. */
export const CHUNKS: usize = heap.alloc(MAX_CHUNKS * 24);
