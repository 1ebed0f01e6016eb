// Messages about a page that is served.
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Nobody can connect; nothing was started. */
export function notListening({ host, port, errno }: Place & { readonly errno: number }): Message {
  const other = port === 0 ? "" : "\nWithout --port the system chooses one that is free.";
  return {
    text: `Cannot listen on ${host}, port ${port}: listen gave ${describeErrno(errno)}.\nNothing was started.${other}`,
    exitCode: ExitCode.OUTPUT,
  };
}

export function pageServed(isLocal: boolean, host: string): string {
  const where = isLocal ? " on this machine" : "";
  const warning = isLocal
    ? ""
    : `\nIt listens on ${host}: whoever can reach that and has this address sees the program's stacks and sources, and nothing is encrypted. Give it to nobody else.`;
  return `Open this address in a browser${where}. Ctrl-C ends it.${warning}`;
}

/** @param how as views have it, such as "ended, status 0" */
export function servedOn(how: string): string {
  return `The run has ${how}. What was sampled is shown on, until Ctrl-C.`;
}

export function pageWritten(path: string, bytes: string): string {
  return `Written: ${path} (${bytes})`;
}
