// The shape of a message: what people read, and the exit code that goes with it.

import type { Style } from "../terminal/terminal.js";
import { ExitCode, SIGNAL_EXIT_CODES } from "../words/exit_codes.js";

export interface Message {
  /** Lines without a newline at the end; the first says what happened, the others why and what helps. */
  readonly text: string;
  /** Exit code of a run that ends with this message; 0 for those that end nothing. */
  readonly exitCode: ExitCode;
}

const GOOD_ENDS: readonly ExitCode[] = [ExitCode.OK, ...Object.values(SIGNAL_EXIT_CODES)];

/** Whether a message tells of something that went wrong; the others only say how far a run is. */
export function isFailure(message: Message): boolean {
  return !GOOD_ENDS.includes(message.exitCode);
}

/** A message as it goes to a stream: the first line in bold, in red if it is an error; ends with a newline. */
export function renderMessage(message: Message, style: Style): string {
  const [first = "", ...others] = message.text.split("\n");
  const paint = isFailure(message) ? style.error : style.bold;
  return `${[paint(first), ...others].join("\n")}\n`;
}
