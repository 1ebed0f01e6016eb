// Messages about an austin-web elsewhere that is to be watched.
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

/** What came of a line to it, or of one that was there. */
export type LineFailure =
  | { readonly kind: "unreachable"; readonly call: string; readonly errno: number; readonly code: string }
  /** Nothing came for so long. */
  | { readonly kind: "silent"; readonly seconds: number }
  | { readonly kind: "closed" }
  | { readonly kind: "no-http"; readonly code: string }
  /** @param text what stood behind it, the beginning; printable */
  | { readonly kind: "status"; readonly status: number; readonly text: string }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "messages"; readonly why: string }
  /** It has ended, and said so. */
  | { readonly kind: "over" };

/** Where: such as 127.0.0.1:8000. The rest of the address is nobody else's. */
interface Place {
  readonly host: string;
  readonly port: string;
}

/** @param at host and port as the address has them @param began whether it was an austin-web before */
export function lineFailed(at: Place, failure: LineFailure): Message {
  const [what, remedy, exitCode] = told(at, failure);
  return { text: remedy === "" ? what : `${what}\n${remedy}`, exitCode };
}

/** The same in a few words, for a line of the screen. */
export function lineFailedBriefly(failure: LineFailure): string {
  switch (failure.kind) {
    case "unreachable":
      return `${failure.call} gave ${failure.code}`;
    case "silent":
      return `nothing came for ${failure.seconds} s`;
    case "closed":
      return "it was closed";
    case "no-http":
      return "what answers speaks no HTTP";
    case "status":
      return `it answers ${failure.status}`;
    case "type":
      return "what answers is no austin-web";
    case "version":
      return `it speaks version ${failure.version}`;
    case "messages":
      return failure.why;
    case "over":
      return "austin-web has ended";
  }
}

function told(
  { host, port }: Place,
  failure: LineFailure,
): readonly [what: string, remedy: string, exitCode: ExitCode] {
  const at = `${host}:${port}`;
  const noWeb = "Copy the whole address that austin-web prints.";
  switch (failure.kind) {
    case "unreachable":
      return [
        `Cannot connect to ${at}: ${failure.call} gave ${describeErrno(failure.errno)}.`,
        failure.code === "ECONNREFUSED"
          ? `Nobody listens there: start austin-web or, for one on another machine, the tunnel, 'ssh -L ${port}:127.0.0.1:PORT HOST' with the port that it has printed.`
          : "",
        ExitCode.UNAVAILABLE,
      ];
    case "silent":
      return [`${at} has said nothing for ${failure.seconds} s.`, "", ExitCode.UNAVAILABLE];
    case "closed":
      return [
        `${at} has closed the line without an answer.`,
        "Of a tunnel that is: nobody listens at its other end. Its port there is to be the one that austin-web has printed.",
        ExitCode.UNAVAILABLE,
      ];
    case "no-http":
      return [`What listens at ${at} speaks no HTTP (${failure.code}): it is no austin-web.`, noWeb, ExitCode.INPUT];
    case "status":
      return [statusText(at, failure.status, failure.text), statusRemedy(host, failure.status), statusCode(failure)];
    case "type":
      return [
        `${at} answers with ${failure.type || "nothing"}, and no events: it is no austin-web.`,
        noWeb,
        ExitCode.INPUT,
      ];
    case "version":
      return [
        `The austin-web at ${at} speaks version ${failure.version} of the protocol; this austin-tui knows version 1.`,
        "Install the same version at both ends.",
        ExitCode.INPUT,
      ];
    case "messages":
      return [`What ${at} sends are no messages of an austin-web: ${failure.why}.`, noWeb, ExitCode.INPUT];
    case "over":
      return [`The austin-web at ${at} has ended, and there was no sample.`, "", ExitCode.UNAVAILABLE];
  }
}

function statusText(at: string, status: number, text: string): string {
  if (text !== "") return `${at} answers ${status}: ${text}`;
  return status === 404 ? `${at} answers 404: it has nothing at this address.` : `${at} answers ${status}.`;
}

function statusRemedy(host: string, status: number): string {
  if (status !== 404) return "";
  // So it is for whoever guesses, too: 404 is all that is ever said.
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(host);
  const name = isLocal
    ? ""
    : `\nIt answers to 127.0.0.1, to localhost and to the address that it prints, and to no other name: '${host}' may be one.`;
  return `Its long number is another one each time austin-web starts: copy the whole address that it has printed last.${name}`;
}

function statusCode({ status }: { readonly status: number }): ExitCode {
  return status === 404 || status === 503 ? ExitCode.UNAVAILABLE : ExitCode.INPUT;
}
