// A line to an austin-web: what it sends, and files that it makes. In: an address. Out: answers and events, or why there are none, as a LineBroken. It
// reads no message, and comes but once.
import { type IncomingMessage, request } from "node:http";
import type { LineFailure } from "../../messages/connecting.js";
import { printable } from "../../terminal/text_table.js";
import { EventParser, EventTooLarge, type ServerEvent } from "./events.js";

/** Who has not answered by then won't. */
const ANSWER_MILLISECONDS = 10_000;
/** An austin-web says something every 15 s, if only that there is nothing new. */
export const SILENCE_MILLISECONDS = 45_000;
const MOST_TEXT = 512;

export class LineBroken extends Error {
  constructor(readonly failure: LineFailure) {
    super(failure.kind);
  }
}

interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Nothing comes for so long, in milliseconds: then nobody is there any more. */
  readonly silence?: number | undefined;
  /** So long an answer is waited for. */
  readonly answer?: number | undefined;
}

/** Resolves with the answer, whatever it says. @throws LineBroken */
export function ask(
  url: URL,
  { signal, silence = SILENCE_MILLISECONDS, answer: most = ANSWER_MILLISECONDS }: Patience = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent: false, ...(signal && { signal }) });
    const wait = Math.min(most, silence);
    const timer = setTimeout(() => asking.destroy(silent(wait)), wait);
    asking.once("response", (answer) => {
      clearTimeout(timer);
      answer.socket.setTimeout(silence, () => answer.destroy(silent(silence)));
      resolve(answer);
    });
    asking.on("error", (error) => {
      clearTimeout(timer);
      reject(brokenBy(error));
    });
    asking.end();
  });
}

function silent(milliseconds: number): LineBroken {
  return new LineBroken({ kind: "silent", seconds: Math.round(milliseconds / 1000) });
}

/** What an error of Node's says of the line. */
export function brokenBy(error: unknown): LineBroken {
  if (error instanceof LineBroken) return error;
  const { code = "", errno = 0, syscall = "connect" } = error as NodeJS.ErrnoException;
  if (code.startsWith("HPE_")) return new LineBroken({ kind: "no-http", code });
  if (code === "ECONNRESET" || code === "EPIPE" || errno === 0) return new LineBroken({ kind: "closed" });
  return new LineBroken({ kind: "unreachable", call: syscall, errno, code });
}

/** The beginning of what an answer says, for people; what comes behind it isn't waited for. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const piece of answer) {
      text += (piece as Buffer).toString();
      if (text.length > MOST_TEXT) break;
    }
  } catch {
    // What came is what is told.
  }
  return printable(text.trim().slice(0, MOST_TEXT));
}

/** What is sent, for ever; ends with a LineBroken, whatever ends it. @param told of how long to wait before one comes again */
export async function* eventsOf(
  url: URL,
  patience: Patience,
  told: (milliseconds: number) => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const answer = await ask(url, patience);
  const { statusCode: status = 0, headers } = answer;
  const type = headers["content-type"] ?? "";
  const isOurs = status === 200 ? /^text\/event-stream\b/.test(type) : type === "" || /^text\/plain\b/.test(type);
  if (!isOurs) {
    answer.destroy();
    throw new LineBroken({ kind: "type", type: printable(type.slice(0, MOST_TEXT)) });
  }
  if (status !== 200) throw new LineBroken({ kind: "status", status, text: await textOf(answer) });
  const parser = new EventParser();
  try {
    for await (const piece of answer) {
      yield* parser.take(piece as Buffer);
      if (parser.retry !== undefined) told(parser.retry);
    }
  } catch (error) {
    if (error instanceof EventTooLarge)
      throw new LineBroken({ kind: "messages", why: "one of them is larger than any" });
    throw brokenBy(error);
  }
  throw new LineBroken({ kind: "closed" });
}
