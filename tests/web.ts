// austin-web as one uses it: the running command, its address, and one who watches. In: arguments. Out: what it says, what it sends, how it ends.
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { LiveMirror, type WireDelta, type WireFull } from "../src/live/index.js";
import { startReader } from "./readers.js";

export interface Web {
  readonly pid: number;
  readonly url: URL;
  /** What came on standard error so far. */
  readonly said: () => string;
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

const stops: (() => Promise<unknown>)[] = [];

/** What the test before has left goes. */
export async function stopWebs(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

/** Start it; resolves once there is an address. */
export async function startWeb(...args: readonly string[]): Promise<Web> {
  const child = startReader("austin-web", args);
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  stops.push(() => end("SIGKILL"));
  const [printed] = (await Promise.race([
    once(child.stdout, "data"),
    ended.then((code) => {
      throw new Error(`austin-web ended with ${code}: ${said}`);
    }),
  ])) as [Buffer];
  return { pid: child.pid as number, url: new URL(printed.toString().trim()), said: () => said, end, ended };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Ask for a path as it is written, with any headers. */
export async function ask(
  { url }: Web,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answer> {
  const asking = request({ host: url.hostname, port: url.port, path, headers, method, agent: false });
  asking.end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  // Events have no end: that they come is an answer.
  if (answer.headers["content-type"] === "text/event-stream") asking.destroy();
  else for await (const piece of answer) pieces.push(piece as Buffer);
  return { status: answer.statusCode as number, headers: answer.headers, body: Buffer.concat(pieces) };
}

/** One who watches. */
export class Watcher {
  mirror: LiveMirror | undefined;
  fulls = 0;
  deltas = 0;
  isOver = false;
  readonly #request: ClientRequest;
  readonly #waiting = new Set<() => void>();
  #rest = "";

  constructor({ url }: Web, headers: Readonly<Record<string, string>> = {}) {
    this.#request = request(new URL("events", url), { headers, agent: false });
    this.#request.on("error", () => {});
    this.#request.on("response", (response) => {
      response.setEncoding("utf8");
      response.on("error", () => {});
      response.on("data", (text: string) => this.#hear(text));
    });
    this.#request.end();
    stops.push(async () => this.close());
  }

  close(): void {
    this.#request.destroy();
  }

  /** Resolves once it holds of what was heard. */
  async until(holds: (mirror: LiveMirror) => boolean): Promise<LiveMirror> {
    while (this.mirror === undefined || !holds(this.mirror)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.mirror;
  }

  #hear(text: string): void {
    const events = (this.#rest + text).split("\n\n");
    this.#rest = events.pop() as string;
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\n(?:id: \d+\n)?data: (.*)$/.exec(event) ?? [];
      if (name === "full") {
        this.mirror = new LiveMirror(JSON.parse(data as string) as WireFull);
        this.fulls++;
      } else if (name === "delta") {
        this.mirror?.apply(JSON.parse(data as string) as WireDelta);
        this.deltas++;
      } else if (name === "over") this.isOver = true;
    }
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** The functions that have been seen. */
export function functionsOf({ places }: LiveMirror): string[] {
  return places.functions.map(({ scope }) => scope);
}
