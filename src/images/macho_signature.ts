// What a Mach-O file's signature says of who may read the program's memory (XNU's osfmk/kern/cs_blobs.h; all numbers big-endian). In: a byte
// source. Out: facts. It verifies nothing.
import { type ByteSource, viewOf } from "./byte_source.js";
import { readMachOHeader } from "./macho_header.js";

const EMBEDDED_SIGNATURE = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const ENTITLEMENTS = 0xfade7171;

const CS_RESTRICT = 0x800;
const CS_RUNTIME = 0x10000;

const MAX_SIGNATURE_BYTES = 16 << 20;
const MAX_BLOBS = 64;
const DEBUGGABLE = /<key>com\.apple\.security\.get-task-allow<\/key>\s*<true\s*\/>/;

export interface SignatureFacts {
  /** Whether it is built with the hardened runtime, or closed to others: then only who may debug all may read it. */
  readonly isHardened: boolean;
  /** Whether it lets other programs of its user read it (com.apple.security.get-task-allow). */
  readonly isDebuggable: boolean;
}

/** Undefined where there is no signature that is understood. @throws MalformedImage */
export function signatureFacts(source: ByteSource): SignatureFacts | undefined {
  const { signature } = readMachOHeader(source);
  if (signature === undefined) return undefined;
  const bytes = source.read(signature.offset, Math.min(signature.size, MAX_SIGNATURE_BYTES));
  const view = viewOf(bytes);
  if (bytes.length < 12 || view.getUint32(0) !== EMBEDDED_SIGNATURE) return undefined;
  const count = Math.min(view.getUint32(8), MAX_BLOBS);
  let flags: number | undefined;
  let isDebuggable = false;
  for (let i = 0; i < count && 20 + 8 * i <= bytes.length; i++) {
    const at = view.getUint32(16 + 8 * i);
    if (at + 16 > bytes.length) continue;
    const kind = view.getUint32(at);
    // The first directory is that of the first kind of hashes; all have the same flags.
    if (kind === CODE_DIRECTORY) flags ??= view.getUint32(at + 12);
    if (kind !== ENTITLEMENTS) continue;
    const end = Math.min(bytes.length, at + view.getUint32(at + 4));
    isDebuggable = DEBUGGABLE.test(Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString("latin1"));
  }
  return flags === undefined ? undefined : { isHardened: (flags & (CS_RESTRICT | CS_RUNTIME)) !== 0, isDebuggable };
}
