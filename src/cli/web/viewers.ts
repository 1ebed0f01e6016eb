// Those who watch, and what is sent to them. In: messages of a live profile, connections. Out: events (text/event-stream): the full state first, then what
// has changed. Nothing piles up here: who is slow gets no changes until he has read what he was sent, and then the full state once more.
import type { ServerResponse } from "node:http";
import type { LiveFeed, WireStatus } from "../../live/index.js";

/** As often as austin-tui draws. */
const PERIOD_MILLISECONDS = 400;
/** A connection that has nothing to say for so long might be given up on the way. */
const SILENCE_MILLISECONDS = 15_000;
/** Who reads nothing for so long is cut off; a browser comes again by itself. */
const PATIENCE_MILLISECONDS = 60_000;
/** Each may have one full state on its way. */
export const MOST_VIEWERS = 64;

interface Viewer {
  readonly response: ServerResponse;
  /** Has missed something, or has seen nothing yet. */
  needsAll: boolean;
  /** When he last had room. */
  heard: number;
}

export class Viewers {
  readonly #viewers = new Set<Viewer>();
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #event = 0;
  #said = 0;
  /** What the last message said of the run. */
  #last = "";
  /** The full state, as long as it is as it was. */
  #full: Buffer | undefined;

  constructor(
    readonly feed: LiveFeed,
    readonly status: () => WireStatus,
  ) {}

  get count(): number {
    return this.#viewers.size;
  }

  /** Headers are sent; the rest is ours. */
  add(response: ServerResponse): void {
    const viewer = { response, needsAll: true, heard: performance.now() };
    this.#viewers.add(viewer);
    response.on("error", () => {});
    response.on("close", () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0 || this.#timer === undefined) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    response.write("retry: 1000\n\n");
    this.#timer ??= setInterval(() => this.push(), PERIOD_MILLISECONDS);
    this.#soon();
  }

  /** Tell all who watch what is new. */
  push(): void {
    if (this.#viewers.size === 0) return;
    const now = performance.now();
    const status = this.status();
    const said = JSON.stringify({ ...status, seconds: 0 });
    const isQuiet = status.state === "ended" || status.state === "file";
    const ready = this.#ready(now);
    // Nothing comes any more: what was said last holds.
    if (isQuiet && said === this.#last && !this.feed.isBehind && ready.every(({ needsAll }) => !needsAll)) {
      if (now - this.#said < SILENCE_MILLISECONDS) return;
      this.#said = now;
      for (const { response } of ready) response.write(": nothing new\n\n");
      return;
    }
    if (!isQuiet || said !== this.#last || this.feed.isBehind) this.#full = undefined;
    this.#last = said;
    this.#said = now;
    this.#event++;
    const delta = this.feed.next(status);
    const change = delta === undefined ? undefined : this.#bytes("delta", delta);
    for (const viewer of this.#viewers) {
      if (!ready.includes(viewer)) viewer.needsAll = true;
      else if (viewer.needsAll || change === undefined) {
        // All who need it share its bytes.
        this.#full ??= this.#bytes("full", this.feed.full(status));
        viewer.response.write(this.#full);
        viewer.needsAll = false;
      } else viewer.response.write(change);
    }
  }

  /** Last words. */
  close(): void {
    for (const { response } of this.#viewers) response.end("event: over\ndata: {}\n\n");
  }

  /** Those who have room. */
  #ready(now: number): Viewer[] {
    const ready: Viewer[] = [];
    for (const viewer of this.#viewers) {
      if (!viewer.response.writableNeedDrain) {
        viewer.heard = now;
        ready.push(viewer);
      } else if (now - viewer.heard > PATIENCE_MILLISECONDS) viewer.response.destroy();
    }
    return ready;
  }

  /** Whoever comes need not wait; many who come at once get it together. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.push();
    }, 20).unref();
  }

  #bytes(event: string, data: object): Buffer {
    return Buffer.from(`event: ${event}\nid: ${this.#event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
