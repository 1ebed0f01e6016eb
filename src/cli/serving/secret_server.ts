// A server for browsers: one secret address, below which there is what a list or a function has, and nothing else. In: who finds what by its name, and what
// pages may do. Out: a server that others can connect to. Whoever can't guess the address sees nothing, whichever way he asks; nobody can make it
// open a file, and a page elsewhere that has another name for our address (DNS rebinding) is turned away. It knows no page.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const LOOPBACK = "127.0.0.1";
/** More than any browser opens, and less than a process may: who opens thousands is turned away, and our own files can be opened. */
const MOST_CONNECTIONS = 256;
/** Who has not asked by then is cut off, and makes room for others. */
const ASKING_MILLISECONDS = 10_000;

export interface Reply {
  /** Such as "text/html; charset=utf-8". */
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Content-Security-Policy of its own. Absent: the server's. */
  readonly policy?: string;
  /** Absent: 200. */
  readonly status?: number;
  /** Send the body, and end; headers are sent already. */
  readonly send: (response: ServerResponse) => void;
  /** Told once the reply is over, however that came. */
  readonly done?: () => void;
}

export interface Serving {
  /** What is below the address by this name, which is "" for the address itself; undefined: nothing. */
  readonly find: (name: string, query: URLSearchParams) => Reply | undefined | Promise<Reply | undefined>;
  /** What a page may do: a Content-Security-Policy. */
  readonly policy: string;
  /** Whether tunnels may lead here: then this machine's own names will do with any port. */
  readonly isTunnelled?: boolean;
}

export class SecretServer {
  /** What all paths begin with. */
  readonly prefix = `/${randomBytes(12).toString("hex")}/`;
  readonly #server: Server;
  readonly #serving: Serving;
  #host = LOOPBACK;

  constructor(serving: Serving) {
    this.#serving = serving;
    const timeouts = { headersTimeout: ASKING_MILLISECONDS, requestTimeout: 2 * ASKING_MILLISECONDS };
    this.#server = createServer({ ...timeouts, connectionsCheckingInterval: ASKING_MILLISECONDS / 10 });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on("request", (request, response) => {
      // One request that can't be answered is no reason to end the others.
      this.#answer(request, response).catch(() => {
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    });
  }

  /** Resolves with the address, once others can connect. @throws what the system says where that can't be */
  async listen(host = LOOPBACK, port = 0): Promise<string> {
    this.#host = host;
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    // One connection that can't be accepted is no reason to end those that can.
    this.#server.on("error", () => {});
    return `http://${bracketed(host)}:${(this.#server.address() as AddressInfo).port}${this.prefix}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "" } = request;
    // What was asked for is compared, never resolved: whatever it is, it opens no file but those that are found.
    const at = url.indexOf("?");
    const asked = at < 0 ? url : url.slice(0, at);
    const mayAsk = this.#isMeant(request) && isSecret(asked, this.prefix) && (method === "GET" || method === "HEAD");
    const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
    const reply = mayAsk ? await this.#serving.find(asked.slice(this.prefix.length), query) : undefined;
    if (reply === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (response.destroyed) reply.done?.();
    else response.on("close", () => reply.done?.());
    response.writeHead(reply.status ?? 200, {
      "Content-Type": reply.type,
      "Content-Security-Policy": reply.policy ?? this.#serving.policy,
      "Cache-Control": "no-store",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      ...reply.headers,
    });
    if (method === "HEAD") response.end();
    else reply.send(response);
  }

  /** Whether it was us whom the browser meant, and its page is ours. */
  #isMeant({ headers, socket }: IncomingMessage): boolean {
    const { host = "", origin } = headers;
    if (origin !== undefined && origin !== `http://${host}`) return false;
    const [, name = "", port = "80"] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
    const isOurPort = Number(port) === socket.localPort;
    // No page elsewhere can have one of these names, or an address, for its own.
    const isLocal = [LOOPBACK, "localhost", "[::1]"].includes(name.toLowerCase());
    if (this.#serving.isTunnelled === true && isLocal) return true;
    const bound = bracketed(this.#host);
    return isOurPort && (name === bound || (bound !== LOOPBACK && name === bracketed(plain(socket.localAddress))));
  }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** An address of IPv4, where IPv6 speaks of one. */
function plain(address = ""): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

/** Whether a path begins with the secret; how long that takes tells nothing of it. */
function isSecret(path: string, prefix: string): boolean {
  const given = Buffer.from(path.slice(0, prefix.length));
  const wanted = Buffer.from(prefix);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
