// What environment variables ask for. In: the environment. Out: settings, or the variable whose value is not valid.
// It changes nothing. NO_COLOR is terminal.ts's.

export interface Environment {
  /** AUSTIN_NO_LOGGING is set, and not to nothing. */
  readonly silentLog: boolean;
  /** AUSTIN_COMPATIBLE is set, and not to nothing: what we do otherwise than Austin where people look is done as it does. */
  readonly isCompatible: boolean;
  /** AUSTIN_PAGE_SIZE_CAP: bytes that one read may ask for; 0 for no limit, as where it is not set, 0 or negative. */
  readonly readBytes: number;
}

/** A variable that can't be understood. */
export interface InvalidVariable {
  readonly name: string;
  readonly value: string;
}

const READ_CAP = "AUSTIN_PAGE_SIZE_CAP";

/** What Austin takes for an integer, which is what C's strtol does. */
const INTEGER = /^\s*[+-]?\d+$/;

export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment | InvalidVariable {
  const cap = variables[READ_CAP];
  if (cap !== undefined && !INTEGER.test(cap)) return { name: READ_CAP, value: cap };
  const bytes = cap === undefined ? 0 : Number(cap);
  return {
    silentLog: Boolean(variables.AUSTIN_NO_LOGGING),
    isCompatible: Boolean(variables.AUSTIN_COMPATIBLE),
    readBytes: Math.min(Math.max(0, bytes), Number.MAX_SAFE_INTEGER),
  };
}
