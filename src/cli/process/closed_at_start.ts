// Descriptors that nobody had opened when we were started. Node gives /dev/null to those of standard input, output and error that are closed, so that what
// is written there seems to be written; and it may have given the numbers of others to files of its own. In: a number. Out: whether it is known that it was closed.
import { host, isHostSystem } from "../../host/index.js";

/** False, too, where nobody noted what was open (`node dist/bin/austin.js`), or nothing is known of the system. */
export function wasClosed(descriptor: number): boolean {
  return isHostSystem && host.inherited().descriptors?.includes(descriptor) === false;
}
