// A live profile with one who reads along, message by message. In: samples. Out: both ends.
import {
  LiveFeed,
  LiveMirror,
  LiveProfile,
  type WireDelta,
  type WireFull,
  type WireStatus,
} from "../../../src/live/index.js";

export function metadataOf(mode: string, facts: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map(Object.entries({ mode, interval: "100", ...facts }));
}

export function statusOf(live: LiveProfile): WireStatus {
  return {
    state: "running",
    ended: null,
    exitCode: null,
    signal: null,
    pids: [],
    processes: 0,
    seconds: 0,
    kept: live.recentHeld,
    keepsAll: live.holdsAll,
    letGo: { ...live.letGo },
    rates: { all: live.rates.all, recent: live.rates.last(5) },
    notes: [],
  };
}

/** As it comes over a line. */
export const wired = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;

export class Watched {
  readonly live: LiveProfile;
  readonly feed: LiveFeed;
  mirror: LiveMirror | undefined;
  fulls = 0;

  constructor(metadata: string | ReadonlyMap<string, string>, options = {}) {
    const facts = typeof metadata === "string" ? metadataOf(metadata) : metadata;
    this.live = new LiveProfile(facts, { recentSeconds: 1e6, ...options });
    this.feed = new LiveFeed(this.live, "a command", () => [null, null]);
  }

  push(): void {
    const delta = this.feed.next(statusOf(this.live));
    if (delta !== undefined && this.mirror !== undefined) this.mirror.apply(wired<WireDelta>(delta));
    else this.late();
  }

  late(): void {
    this.mirror = new LiveMirror(wired<WireFull>(this.feed.full(statusOf(this.live))));
    this.fulls++;
  }
}
