// The address at which a run is watched: the page, its messages, files of what was sampled. In: a run, where to listen. Out: an address.
import { readAssets } from "../../views/assets.js";
import { LIVE_PAGE, LIVE_POLICY } from "../../views/live_page.js";
import { type Reply, SecretServer } from "../serving/secret_server.js";
import { SpeedscopePage } from "../view/speedscope.js";
import { Downloads } from "./downloads.js";
import type { LiveRun } from "./live_run.js";
import { Sources } from "./sources.js";
import { MOST_VIEWERS, Viewers } from "./viewers.js";

const SPEEDSCOPE = "speedscope/";

export class LiveServer {
  readonly #server: SecretServer;
  readonly #viewers: Viewers;

  private constructor(run: LiveRun, downloads: Downloads, sources: Sources) {
    const [flame, page] = [readAssets("flame"), readAssets("live")];
    const viewers = new Viewers(run.feed, () => run.status());
    this.#viewers = viewers;
    const text = (type: string, body: string): Reply => ({
      type: `${type}; charset=utf-8`,
      send: (response) => response.end(body),
    });
    let speedscope: SpeedscopePage | undefined;
    const replies: Readonly<Record<string, (query: URLSearchParams) => Reply>> = {
      "": () => text("text/html", LIVE_PAGE),
      "flame.js": () => text("text/javascript", flame.script),
      "flame.css": () => text("text/css", flame.style),
      "live.js": () => text("text/javascript", page.script),
      "live.css": () => text("text/css", page.style),
      source: (query) => sources.reply(query),
      formats: () => text("application/json", JSON.stringify([...downloads.names.keys()])),
      events: () =>
        viewers.count < MOST_VIEWERS
          ? { type: "text/event-stream", send: (response) => viewers.add(response) }
          : { ...text("text/plain", `There are ${MOST_VIEWERS} viewers already.\n`), status: 503 },
    };
    const find = (name: string, query: URLSearchParams): Reply | undefined | Promise<Reply | undefined> => {
      if (Object.hasOwn(replies, name)) return replies[name]?.(query);
      if (!name.startsWith(SPEEDSCOPE)) return downloads.find(name, query);
      speedscope ??= new SpeedscopePage();
      return speedscope.find(name.slice(SPEEDSCOPE.length));
    };
    this.#server = new SecretServer({ policy: LIVE_POLICY, find, isTunnelled: true });
  }

  /** @param folders sources below them may be shown, too @throws NotBuilt */
  static async of(run: LiveRun, folders: readonly string[]): Promise<LiveServer> {
    const sources = new Sources(run.live, folders, () => run.sourcesAsOf);
    return new LiveServer(run, await Downloads.of(run.live), sources);
  }

  /** @returns the address @throws what the system says where nobody can connect */
  listen(host: string, port: number): Promise<string> {
    return this.#server.listen(host, port);
  }

  /** Something has changed that is not to wait. */
  push(): void {
    this.#viewers.push();
  }

  close(): void {
    this.#viewers.close();
    this.#server.close();
  }
}
