// What all errors of this package's interface have in common: a class to be caught by, and a kind that stays when messages change.

/** Which error it is; each is the `kind` of one class. */
export type ErrorKind =
  | "access-denied"
  | "add-on-missing"
  | "decoder-broken"
  | "malformed-mojo"
  | "malformed-pattern"
  | "misuse"
  | "no-address-space"
  | "no-room-in-capture"
  | "not-attached"
  | "not-built"
  | "number-out-of-range"
  | "output-failed"
  | "process-denied"
  | "process-gone"
  | "process-unseen"
  | "target-lost"
  | "unanswered-filter"
  | "unknown-request"
  | "unreadable-capture"
  | "unsuitable-format"
  | "unsupported-system";

/** Every error that this package's functions throw of their own accord is of a class that extends it. */
export abstract class AustinError extends Error {
  /** The same in all versions; the message is for people. */
  abstract readonly kind: ErrorKind;
}

/** The caller did what can't be done: used what was closed, went twice through what can be gone through once, or gave
 * something else than what was asked for. */
export class MisuseError extends AustinError {
  override readonly name = "MisuseError";
  readonly kind = "misuse";
}

/** A part of the package that `npm run build` makes is not there. */
export class NotBuilt extends AustinError {
  override readonly name = "NotBuilt";
  readonly kind = "not-built";
}
