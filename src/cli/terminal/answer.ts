// The answer to a question on the terminal. In: standard input. Out: its next line. It asks nothing itself.
import { readSync } from "node:fs";

/** One line of standard input, which the command is to have afterwards: not a byte more is taken. */
export function readLine(): string | undefined {
  const byte = Buffer.alloc(1);
  let line = "";
  for (;;) {
    try {
      if (readSync(0, byte, 0, 1, null) === 0) return line === "" ? undefined : line;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") continue;
      return undefined;
    }
    if (byte[0] === 0x0a) return line;
    line += byte.toString("latin1");
  }
}
