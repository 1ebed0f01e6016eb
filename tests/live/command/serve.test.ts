// What austin-view serves, and to whom: whoever can reach the port may send what he likes, and learns nothing, ends nothing and
// writes nothing. The owner goes on seeing the profile, and when it ends nothing is left.
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { freshPath } from "../../austin.js";
import { random as randomOf } from "../../capture/random.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { startReader } from "../../readers.js";

const profile = freshPath("made.mojo");
const CANARY = "nobody asked for this";
const canary = freshPath("canary");

beforeAll(async () => {
  writeFileSync(profile, await bytesOf(mojo.write(streamOf(madeSamples("wall"), { ...METADATA, mode: "wall" }))));
  writeFileSync(canary, CANARY);
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Server {
  readonly pid: number;
  readonly url: URL;
  /** The folder that has its temporary files. */
  readonly folder: string;
  /** How it ends of a signal. */
  readonly end: (signal: NodeJS.Signals) => Promise<unknown[]>;
}

async function serve(): Promise<Server> {
  const folder = freshPath("temporary");
  mkdirSync(folder);
  const child = startReader("austin-view", [profile], { TMPDIR: folder });
  child.stderr.resume();
  const ended = once(child, "exit");
  const end = (signal: NodeJS.Signals): Promise<unknown[]> => {
    child.kill(signal);
    return ended;
  };
  stops.push(() => end("SIGKILL"));
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  return { pid: child.pid as number, url: new URL(printed.toString().trim()), folder, end };
}

/** Where the profile itself is served. */
function profileUrl(url: URL): URL {
  return new URL(/profileURL=([^&]+)/.exec(url.hash)?.[1] ?? "", url);
}

/** Send bytes, and hear what comes until the connection closes, or nothing more comes. @param leaves: without waiting for an answer */
async function send({ url }: Server, bytes: string | Buffer, leaves: boolean): Promise<string> {
  const socket: Socket = connect(Number(url.port), "127.0.0.1");
  const heard: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => heard.push(chunk));
  // It may close while we write: that is an answer, too.
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(bytes, () => leaves && socket.destroy());
  if (!leaves) socket.end();
  await closed;
  return Buffer.concat(heard).toString("latin1");
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PATCH",
  "PROPFIND",
  "get",
  "X",
  "",
];
const HEADERS = [
  "Connection: upgrade\r\nUpgrade: websocket",
  "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
  "Expect: 100-continue",
  "Expect: the-impossible",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: 3",
  "Content-Length: 99999999999999999999",
  "Content-Length: -1",
  "Content-Length: 5",
  "Range: bytes=0-18446744073709551615",
  "Host: elsewhere.example",
  "Host: 127.0.0.1:1@elsewhere",
  "Host:",
  "Cookie: a=\u00ff\u0001",
  "no header at all",
  ": empty",
  "__proto__: x",
  `X: ${"x".repeat(20_000)}`,
];

/** Paths that are nothing to be served. @param prefix what the owner's begin with */
function pathOf(random: () => number, prefix: string): string {
  const climb = "../".repeat(1 + Math.floor(random() * 12));
  const odd = [
    "//",
    "///",
    "//[",
    "http://",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "*",
    "",
    "\\\\",
    "/%",
    "/%00",
    "/%c0%af%c0%af",
    "/__proto__",
    "/constructor",
    "\u00ff\u00fe",
    "elsewhere:80",
    `/${"a".repeat(30_000)}`,
    `/?${"a=b&".repeat(2000)}`,
    `/${climb}etc/passwd`,
    `/${climb}${canary}`,
    canary,
    dirname(canary),
  ];
  const behind = [
    `${climb}${canary}`,
    `..%2f..%2f${encodeURIComponent(canary)}`,
    `/${canary}`,
    "__proto__",
    "constructor",
    "toString",
    "profile.speedscope.json/",
    "profile.speedscope.json%00",
    "./profile.speedscope.json",
  ];
  return random() < 0.3 ? prefix + pick(random, behind) : pick(random, odd);
}

function requestOf(random: () => number, { url }: Server): string | Buffer {
  const kind = random();
  if (kind < 0.05) return Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)));
  const host = random() < 0.7 ? [`Host: ${url.host}`] : [];
  const headers = Array.from({ length: Math.floor(random() * 3) }, () => pick(random, HEADERS));
  const version = pick(random, [
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "XTTP/1.1",
    "",
  ]);
  const line = `${pick(random, METHODS)} ${pathOf(random, url.pathname)} ${version}`;
  const whole = `${[line, ...host, ...headers].join("\r\n")}\r\n\r\n`;
  const bytes = Buffer.from(whole, "latin1");
  if (kind < 0.2) return bytes.subarray(0, Math.floor(random() * bytes.length));
  if (kind < 0.3) return whole.repeat(20);
  if (kind < 0.4) return `${whole}${"5\r\nhello\r\n".repeat(3)}`;
  return bytes;
}

/** Files that a process has open, or ones like them. */
const descriptors = ({ pid }: Server): number => readdirSync(`/proc/${pid}/fd`).length;

describe("austin-view's server", () => {
  test("goes on after ten thousand requests of every bad kind, and has told nothing", async () => {
    const server = await serve();
    const files = (): string[] => readdirSync(server.folder, { recursive: true }) as string[];
    const [before, filesBefore] = [await (await fetch(profileUrl(server.url))).text(), files()];
    const random = randomOf(20);
    const told: string[] = [];
    let left = 10_000;
    const ask = async (): Promise<void> => {
      while (left-- > 0) {
        const request = requestOf(random, server);
        const heard = await send(server, request, random() < 0.2);
        // Nothing but a refusal, or 100 before one.
        if (/^HTTP\/1\.1 2/m.test(heard) || heard.includes(CANARY) || heard.includes("root:")) {
          told.push(`${request.toString("latin1").slice(0, 200)}: ${heard.slice(0, 200)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, ask));
    expect(told).toEqual([]);
    expect(await (await fetch(profileUrl(server.url))).text()).toBe(before);
    expect(await (await fetch(server.url)).text()).toContain("<html");
    expect(files()).toEqual(filesBefore);
    expect(await server.end("SIGINT")).toEqual([0, null]);
    expect(files()).toEqual([]);
  }, 400_000);

  test("keeps no file open for those who go away while they are served", async () => {
    const server = await serve();
    const wanted = `GET ${server.url.pathname} HTTP/1.1\r\nHost: ${server.url.host}\r\n\r\n`;
    await fetch(server.url).then((response) => response.text());
    const before = descriptors(server);
    for (let i = 0; i < 20; i++) {
      await Promise.all(Array.from({ length: 10 }, () => send(server, wanted.repeat(5), true)));
    }
    await expect.poll(() => descriptors(server), { timeout: 60_000 }).toBeLessThanOrEqual(before + 2);
    expect(await (await fetch(server.url)).text()).toContain("<html");
  });

  test("turns away who opens more connections than it has room for, and serves again when they are gone", async () => {
    const server = await serve();
    const sockets = Array.from({ length: 1500 }, () => connect(Number(server.url.port), "127.0.0.1"));
    for (const socket of sockets) socket.on("error", () => {});
    // Those that are turned away are closed.
    for (const socket of sockets) socket.resume();
    const open = (): number => sockets.filter((socket) => !socket.closed).length;
    await expect.poll(open, { timeout: 60_000 }).toBeLessThanOrEqual(256);
    for (const socket of sockets) socket.destroy();
    const served = async (): Promise<number> => (await fetch(server.url).catch(() => ({ status: 0 }))).status;
    await expect.poll(served, { timeout: 60_000 }).toBe(200);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("leaves nothing when it ends of %s", async (signal) => {
    const server = await serve();
    // One who has asked half, and holds the connection.
    const socket = connect(Number(server.url.port), "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET / HT");
    expect(await server.end(signal)).toEqual([0, null]);
    expect(readdirSync(server.folder)).toEqual([]);
    socket.destroy();
  });

  test("leaves nothing when a second signal ends it while it waits for its input", async () => {
    const folder = freshPath("temporary");
    mkdirSync(folder);
    const child = startReader("austin-view", ["-"], { TMPDIR: folder });
    stops.push(async () => child.kill("SIGKILL"));
    await expect.poll(() => readdirSync(folder).length, { timeout: 60_000 }).toBe(1);
    const insist = (): number | null => {
      child.kill("SIGINT");
      return child.exitCode;
    };
    await expect.poll(insist, { timeout: 60_000 }).toBe(254);
    expect(readdirSync(folder)).toEqual([]);
  });
});
