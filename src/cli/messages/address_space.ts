// The message about a limit of this process's address space that leaves the decoder no memory.
import { ExitCode } from "../words/exit_codes.js";
import type { Message } from "./message.js";

export function noAddressSpace(): Message {
  return {
    text: [
      "There is no room for the decoder's memory: the address space of this process is limited (RLIMIT_AS, ulimit -v).",
      "The command `austin` gets along with 2 GiB. With `node` in front, say so: node --disable-wasm-trap-handler dist/bin/austin.js",
    ].join("\n"),
    exitCode: ExitCode.UNAVAILABLE,
  };
}
