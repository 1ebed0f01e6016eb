// The profile of a run in a terminal for which no file was named. In: the id of the process, once it is known. Out: the file
// `austin.PID.mojo` in the current folder, or `austin.PID.1.mojo` and so on: never in the place of one that is there.
import { closeSync, openSync, promises, renameSync, unlinkSync } from "node:fs";
import { unfinishedBeside } from "../../output/output_path.js";

export class UnnamedProfile {
  /** Where it is by now. It has no name before the process has an id, and is opened before that is started. */
  path = unfinishedBeside("austin.mojo");

  /** Give it its name. Where the folder has gone meanwhile, or is full, it keeps the one that it has. */
  name(pid: number): void {
    for (let number = 0; ; number++) {
      const name = number === 0 ? `austin.${pid}.mojo` : `austin.${pid}.${number}.mojo`;
      try {
        // The name is taken first: a rename alone would replace what another run has just written.
        closeSync(openSync(name, "wx", 0o644));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        return;
      }
      try {
        renameSync(this.path, name);
        this.path = name;
      } catch {
        unlinkSync(name);
      }
      return;
    }
  }

  remove(): Promise<void> {
    // Not of node:fs/promises, which each run would load: it is large, and here it is hardly ever needed.
    return promises.unlink(this.path);
  }
}
