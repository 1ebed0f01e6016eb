// The symbol table of a Mach-O image (mach-o/nlist.h): all names that it defines, as far as `strip` has left them, and all that it takes from
// others. In: the bytes of symbols and of their names. Out: addresses and names, these as the C language has them.
import { viewOf } from "./byte_source.js";

export const NLIST_BYTES = 16;

const N_STAB = 0xe0;
const N_TYPE = 0x0e;
const N_UNDEFINED = 0x0;
const N_SECTION = 0xe;

/** The linker puts an underscore before the names of C. */
export function linkerName(name: string): string {
  return `_${name}`;
}

/** The linked address of the symbol that is defined under a name of the linker's; undefined where there is none. */
export function findDefined(symbols: Uint8Array, strings: Uint8Array, name: string): number | undefined {
  const places = placesOf(Buffer.from(strings.buffer, strings.byteOffset, strings.length), name);
  if (places.size === 0) return undefined;
  const view = viewOf(symbols);
  for (let at = 0; at + NLIST_BYTES <= symbols.length; at += NLIST_BYTES) {
    if (!places.has(view.getUint32(at, true))) continue;
    const type = symbols[at + 4] as number;
    if ((type & N_STAB) === 0 && (type & N_TYPE) === N_SECTION) return Number(view.getBigUint64(at + 8, true));
  }
  return undefined;
}

/** Where the name stands among strings. */
function placesOf(strings: Buffer, name: string): Set<number> {
  const places = new Set<number>();
  const wanted = Buffer.from(`${name}\0`, "latin1");
  for (let at = strings.indexOf(wanted); at >= 0; at = strings.indexOf(wanted, at + 1)) places.add(at);
  return places;
}

/** Names of C that are taken from others. @param symbols of the undefined ones alone */
export function undefinedNames(symbols: Uint8Array, strings: Uint8Array): Set<string> {
  const names = new Set<string>();
  const view = viewOf(symbols);
  const text = Buffer.from(strings.buffer, strings.byteOffset, strings.length);
  for (let at = 0; at + NLIST_BYTES <= symbols.length; at += NLIST_BYTES) {
    const type = symbols[at + 4] as number;
    if ((type & N_STAB) !== 0 || (type & N_TYPE) !== N_UNDEFINED) continue;
    const start = view.getUint32(at, true);
    const end = text.indexOf(0, start);
    if (start >= text.length || end < 0) continue;
    names.add(text.toString("latin1", start, end).replace(/^_/, ""));
  }
  return names;
}
