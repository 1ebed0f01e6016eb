// What stands between a viewer and an austin-web elsewhere: a tunnel that is cut and is there again, as one of ssh's; and servers that are none. In: where
// to, or what to answer. Out: a port.
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const stops: (() => Promise<unknown>)[] = [];

/** What the test before has left goes. */
export async function stopServers(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

async function listen(server: Server, port = 0, host = "127.0.0.1"): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A server of TCP, or of HTTP. @returns its port */
export async function serve(connected: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    connected(socket);
  });
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

export async function serveHttp(answer: RequestListener): Promise<number> {
  const server = createHttpServer(answer);
  stops.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return listen(server);
}

export class Tunnel {
  port = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(
    public target: URL,
    readonly host: string,
  ) {}

  /** @param host address that it listens on */
  static async to(target: URL, host = "127.0.0.1"): Promise<Tunnel> {
    const tunnel = new Tunnel(target, host);
    await tunnel.open();
    stops.push(() => tunnel.cut());
    return tunnel;
  }

  /** The target's address through it. @param name in the place of its host */
  url(name = "127.0.0.1"): string {
    return `http://${name}:${this.port}${this.target.pathname}`;
  }

  /** Be there, or be there again, at the same port. */
  async open(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => this.#sockets.delete(one));
      }
    });
    this.port = await listen(server, this.port, this.host);
    this.#server = server;
  }

  /** All lines break, and nobody listens any more. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
