// Descriptors that nobody had opened when we were started. Node gives /dev/null to those of standard input, output and error that are closed, so that what
// is written there seems to be written; and it may have given the numbers of others to files of its own. In: a number. Out: whether it is known that it was closed.
import { host } from "../../host/index.js";

/** False, too, where nobody noted what was open (`node dist/bin/austin.js`). */
export function wasClosed(descriptor: number): boolean {
  return host.inherited().descriptors?.includes(descriptor) === false;
}
