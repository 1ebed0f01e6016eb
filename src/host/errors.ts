// What the system answers when it won't tell about a process. In: the failed call. Out: an error to catch by class.
import { AustinError } from "../model/error.js";

/** There is no host for the system that we run on. */
export class UnsupportedSystem extends AustinError {
  override readonly name = "UnsupportedSystem";
  readonly kind = "unsupported-system";
}

/** The process (or the thread asked for) no longer exists. */
export class ProcessGone extends AustinError {
  override readonly name = "ProcessGone";
  readonly kind = "process-gone";
  constructor(readonly pid: number) {
    super(`process ${pid} is gone`);
  }
}

/** Nothing can be told of the process at this moment: we, or the system, have too many files open, or no memory. */
export class ProcessUnseen extends AustinError {
  override readonly name = "ProcessUnseen";
  readonly kind = "process-unseen";
  constructor(
    readonly pid: number,
    readonly call: string,
    readonly errno: number,
    readonly path: string,
  ) {
    super(`${call} of ${path} failed with errno ${errno}`);
  }
}

/** The process exists, and the system refuses to tell about it. */
export class ProcessDenied extends AustinError {
  override readonly name = "ProcessDenied";
  readonly kind = "process-denied";
  constructor(
    readonly pid: number,
    readonly call: string,
    readonly errno: number,
    readonly path: string,
  ) {
    super(`${call} of ${path} was refused with errno ${errno}`);
  }
}
