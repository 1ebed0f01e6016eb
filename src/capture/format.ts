// The format of a capture, in numbers. A capture is a file of eight bytes, which say what it is, and blocks behind them,
// which are only ever appended. Each block has a head of 16 bytes, little-endian:
//
//   u32 stored    bytes that follow the head
//   u32 length    bytes that they hold, once inflated
//   u32 method    0: as they are; 1: deflate (RFC 1951)
//   u32 checksum  CRC-32 of the head's first 12 bytes and the bytes that follow
//
// A block holds whole events of the log, and all events of a sample. The log is what made the profile, in order: what each
// decoder was asked for, what each of its fills brought, and what the clock and the system said (see log.ts, fills.ts).

export const MAGIC = Uint8Array.of(0x41, 0x55, 0x53, 0x54, 0x43, 0x41, 0x50); // AUSTCAP
/** Follows the magic in a byte. A reader refuses what is newer; within a version, facts may gain fields. 2: holds. 3: names. 4: native frames. 5: TOLD, UNREAD. */
export const FORMAT_VERSION = 5;
export const HEAD_BYTES = 16;

export const METHOD_STORED = 0;
export const METHOD_DEFLATE = 1;

/** Most that a block holds, inflated: one that claims more is damaged. */
export const MAX_BLOCK_BYTES = 24 << 20;
/** Of one sample, no more than this is kept; fills behind it are left out, and the sample can't be decoded whole. */
export const MAX_SAMPLE_BYTES = 16 << 20;

// First bytes of events.
/** A fact: its length, and JSON with its kind in `fact`. */
export const FACT = 1;
/** A sample is asked of a decoder: its number, and what was wanted; its fills follow. */
export const SAMPLE = 2;
/** A fill of the sample, or of the attachment, under way. */
export const FILL = 3;
/** The sample, or attachment, is over. */
export const END = 4;
/** The sample of a process's decoder goes into the profile: the process's number, its time, its memory, its threads. */
export const TAKEN = 5;
/** The hold of the sample's last off-CPU copy has ended: a byte, 1 where it was still all the while. */
export const HOLD_ENDED = 6;

/** The names of threads in a decoder's last sample are read: its number, and which ones; fills and an END follow. */
export const NAMES = 7;

// Native frames (native_inputs.ts): each of these begins with a decoder's number, whose process was said to have some by the fact "native".
/** What places in native code are called: known from here on. */
export const NATIVE_NAMES = 8;
/** A sample with native frames begins: a byte that says which (NATIVE_KINDS); of one that is copied, the threads and those of them that stand. */
export const NATIVE_BEGIN = 9;
/** It is made: what it was made of, beside the decoder's sample. */
export const NATIVE_MADE = 10;
/** There is no more of them. */
export const NATIVE_END = 11;

/** Of a sample: nobody has run since the last one; what has run was copied; the decoder has sampled for itself. */
export const NATIVE_KINDS = ["same", "copied", "plain"] as const;
export type NativeKind = (typeof NATIVE_KINDS)[number];
/** With a kind: the threads are those of the sample before. */
export const SAME_THREADS = 4;
// Bits of what a sample was made of.
/** What was sampled up to it was confirmed, or revoked. */
export const CONFIRMED = 1;
/** It went no further. */
export const LOST = 2;
/** Mappings were read, or tables found: a fact says which. */
export const CODE_FACTS = 4;
/** The system told of threads. */
export const THREAD_FACTS = 8;
/** Memory that is code, or tables of it, was read: a fill has it. */
export const CODE_READ = 16;
/** There are other threads than when it began. */
export const OTHER_THREADS = 32;
/** Some of the code could not be read: it goes no further, and nothing of it was composed. */
export const UNREAD = 64;
// Beside how many registers of a thread there are: of its kernel stack nothing is told; it could not be read; it follows.
export const REGISTERS = 31;
export const KERNEL_UNKNOWN = 32;
export const KERNEL_TOLD = 64;
/** Threads of a process, and of a copy. */
export const MOST_THREADS = 1 << 16;
export const MOST_ID = 2 ** 32 - 1;

// Bits of which names are read: NamesWanted.
export const FROM_FIRST = 1;
export const AGAIN = 2;

// Bits of a fill.
/** The copy was interrupted (MemorySource.interrupted). */
export const INTERRUPTED = 1;
/** An off-CPU copy was asked for … */
export const OFF_CPU_ASKED = 2;
/**
 * … and was one; without OFF_CPU_ASKED, the copy was held, and HOLD_ENDED follows, behind fills that are a part of it. With INTERRUPTED, which no such copy is,
 * it is one of all threads (format 4), or without OFF_CPU_ASKED one of those of which a list tells.
 */
export const OFF_CPU = 4;
/** So much of the three: a list has the threads that did not run. */
export const TOLD = INTERRUPTED | OFF_CPU;
/** The ranges are those of the fill at the same place in the sample before. */
export const SAME_RANGES = 8;
/** Some ranges came short; a list says which. */
export const SHORT = 16;
/** It threw: a fact says what, and no bytes came. */
export const THROWN = 32;
/** The image of the memory was emptied before it: there was too much of it. */
export const EMPTIED = 64;
/** It was left out, as the sample was too large. */
export const LEFT_OUT = 128;

// Bits of what a sample is to be: those of the decoder's `wants`, which may change with its version.
export const WANTS = [
  "checkpoint",
  "proof",
  "mayCopyOffCpu",
  "onlyOffCpu",
  "showUnproven",
  "collecting",
  "holder",
  "runs",
  "newRuns",
] as const;

/** Fills at so many places of a sample have a list of ranges to refer to; those behind share the last one. */
export const LISTS = 4;
/** Ranges of one fill, and bytes of all its ranges: what the decoder itself may ask for at most (assembly/abi/limits.ts). */
export const MAX_RANGES = 32768;
export const MAX_FILL_BYTES = 16 << 20;
export const MAX_RANGE_BYTES = 4 << 20;
/** Decoders of one capture at a time: each takes a reader some milliseconds to make, and memory. A writer makes no more. */
export const MAX_DECODERS = 1024;
/** Processes of one capture. */
export const MAX_PROCESSES = 1 << 20;
