// What a run leaves in the system's log: in a /dev of the test's own, where its listener takes syslog's place.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type AustinEnd, freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { start, stopCommands } from "../../command.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

/** Takes datagrams at a path, and says them. */
const LISTENS = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("ready", flush=True)
while True: print("ready", listener.recv(65536).decode(), flush=True)
`;

/** A /dev with little in it; /dev/log leads to the first word, which may be nowhere. */
const OWN_DEV = `
new=$(mktemp -d) && mount -t tmpfs tmpfs "$new" && rmdir_later=$new
for device in null zero urandom; do touch "$new/$device" && mount --bind "/dev/$device" "$new/$device"; done
ln -s /proc/self/fd "$new/fd"
ln -s "$1" "$new/log"
mount --move "$new" /dev && rmdir "$rmdir_later"
shift
exec "$@"
`;

function mayMount(): string | undefined {
  try {
    execFileSync("unshare", ["--mount", "sh", "-c", OWN_DEV, "sh", "/nowhere", "true"], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}
const refused = mayMount();

function runWithLog(socket: string, args: readonly string[], env = {}): Promise<AustinEnd> {
  return runAustin(args, { through: ["unshare", "--mount", "sh", "-c", OWN_DEV, "sh", socket], env });
}

describe.skipIf(refused !== undefined)(titled("the system's log", refused), () => {
  const short = (): string[] => ["-o", freshPath(), python.path, targetPath("busy20.py"), "0.3"];

  it("tells how a run went", async () => {
    const socket = freshPath("log");
    const syslog = await start(python.path, ["-c", LISTENS, socket]);
    await syslog.ready();
    const path = freshPath();
    const { how, stderr } = await runWithLog(socket, ["-P", "-o", path, python.path, targetPath("busy20.py"), "0.3"]);
    expect([how, stderr]).toEqual([0, ""]);
    expect(await syslog.ready()).toMatch(/^<142>.*austin\[\d+\]: Python version: 3\./);
    expect(await syslog.ready()).toMatch(/^<142>.*: Sampling process \d+/);
    expect(await syslog.ready()).toMatch(/^<142>.*: Process \d+ ended with exit code 0\.$/);
    await readWholeProfile(path);
  });

  it("tells why there was none", async () => {
    const socket = freshPath("log");
    const syslog = await start(python.path, ["-c", LISTENS, socket]);
    await syslog.ready();
    expect((await runWithLog(socket, ["-P", "-p", "4194305"])).how).toBe(1);
    expect(await syslog.ready()).toMatch(/^<139>.*austin\[\d+\]: Cannot attach to process 4194305/);
  });

  it("hears nothing with AUSTIN_NO_LOGGING", async () => {
    const socket = freshPath("log");
    const syslog = await start(python.path, ["-c", LISTENS, socket]);
    await syslog.ready();
    expect((await runWithLog(socket, ["-p", "4194305"], { AUSTIN_NO_LOGGING: "1" })).how).toBe(1);
    expect((await runWithLog(socket, ["-p", "4194306"])).how).toBe(1);
    expect(await syslog.ready()).toContain("4194306");
  });

  it.each([
    ["is not there", "/nowhere"],
    ["is no socket", "/dev/null"],
  ])("does no harm where it %s", async (_, socket) => {
    const { how, stderr } = await runWithLog(socket, short());
    expect(how, stderr).toBe(0);
    expect(stderr).toMatch(/Open it with: .*\n$/);
  });

  it("does no harm where nobody listens", async () => {
    const socket = freshPath("log");
    const syslog = await start(python.path, ["-c", LISTENS, socket]);
    await syslog.ready();
    await stopCommands();
    expect(existsSync(socket)).toBe(true);
    const { how, stderr } = await runWithLog(socket, short());
    expect(how, stderr).toBe(0);
    expect(stderr).toMatch(/Open it with: .*\n$/);
  });
});
