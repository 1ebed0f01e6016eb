// Text styles for a terminal. In: the stream and the environment. Out: functions from text to text, which leave it as it is where colour is not
// wanted. It writes nothing.

/** Tiny style functions; each returns its argument unchanged when the stream takes no colour. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly value: (text: string) => string;
  readonly process: (text: string) => string;
  readonly thread: (text: string) => string;
  readonly line: (text: string) => string;
  readonly kernel: (text: string) => string;
}

const RESET = "\x1b[0m";

function painter(colour: boolean, codes: string): (text: string) => string {
  return colour ? (text) => (text === "" ? "" : `\x1b[${codes}m${text}${RESET}`) : (text) => text;
}

/**
 * Whether a stream takes colour: it must be a terminal that is not dumb, and NO_COLOR must be absent or empty
 * (no-color.org).
 */
export function takesColour(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb";
}

/** The styles, in colour or as plain text. */
export function createStyle(colour: boolean): Style {
  return {
    bold: painter(colour, "1"),
    faint: painter(colour, "2"),
    error: painter(colour, "1;31"),
    warning: painter(colour, "1;33"),
    value: painter(colour, "1;36"),
    process: painter(colour, "1;35"),
    thread: painter(colour, "1;34"),
    line: painter(colour, "1;32"),
    kernel: painter(colour, "38;5;159"),
  };
}
