// What the system answers when it won't tell about a process. In: the failed call. Out: an error to catch by class.

/** The process (or the thread asked for) no longer exists. */
export class ProcessGone extends Error {
  override readonly name = "ProcessGone";
  constructor(readonly pid: number) {
    super(`process ${pid} is gone`);
  }
}

/** Nothing can be told of the process at this moment: we, or the system, have too many files open, or no memory. */
export class ProcessUnseen extends Error {
  override readonly name = "ProcessUnseen";
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
export class ProcessDenied extends Error {
  override readonly name = "ProcessDenied";
  constructor(
    readonly pid: number,
    readonly call: string,
    readonly errno: number,
    readonly path: string,
  ) {
    super(`${call} of ${path} was refused with errno ${errno}`);
  }
}
