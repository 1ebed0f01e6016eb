// Descriptors that are held to save time alone. In: who holds some. Out: files that can be opened where too many are open already:
// some of those that are held are closed then, and opened again when they are asked for.
import { constants } from "node:os";

/** Who holds descriptors that can be done without. */
export interface SpareFiles {
  /** Close one, or some that belong together. @returns false where none is left */
  giveUp(): boolean;
}

const { EMFILE, ENFILE } = constants.errno;
const holders = new Set<SpareFiles>();

export function offerSpares(holder: SpareFiles): void {
  holders.add(holder);
}

/** Nothing is held any more. */
export function withdrawSpares(holder: SpareFiles): void {
  holders.delete(holder);
}

/** Do what opens a file. @throws what it throws, where nothing is left that can be closed */
export function withSpares<T>(open: () => T): T {
  for (;;) {
    try {
      return open();
    } catch (error) {
      const errno = Math.abs((error as NodeJS.ErrnoException).errno ?? 0);
      if ((errno !== EMFILE && errno !== ENFILE) || !giveUp()) throw error;
    }
  }
}

function giveUp(): boolean {
  for (const holder of holders) if (holder.giveUp()) return true;
  return false;
}
