// Requests to a server on the loopback. In: a port. Out: how many were answered. It begins when somebody listens, and ends when it is told to.
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const AT_A_TIME = 4;
const PATHS = ["/table", "/totals"];
/** Between two looks whether somebody listens. */
const PATIENCE_MILLISECONDS = 100;
/** The server is to have work all the time, and not to take both processors. */
const PAUSE_MILLISECONDS = 1;

export class Load {
  answered = 0;
  #isOver = false;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  readonly #clients: Promise<void>[];

  constructor(port: number) {
    this.#clients = Array.from({ length: AT_A_TIME }, (_, client) => this.#client(port, client));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#agent.destroy();
    await Promise.all(this.#clients);
  }

  async #client(port: number, first: number): Promise<void> {
    for (let turn = first; !this.#isOver; turn++) {
      const isAnswered = await this.#ask(port, PATHS[turn % PATHS.length] as string);
      if (isAnswered) this.answered++;
      await sleep(isAnswered ? PAUSE_MILLISECONDS : PATIENCE_MILLISECONDS);
    }
  }

  #ask(port: number, path: string): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get({ host: "127.0.0.1", port, path, agent: this.#agent }, (response) => {
        response.resume();
        response.on("close", () => resolve(response.complete && response.statusCode === 200));
      });
      request.on("error", () => resolve(false));
    });
  }
}
