// `austin-view` serves a profile: what it answers; with `--open` the browser of the user's choice is given the address that is printed,
// and finds the profile there.
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, test } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { freshPath, scratch } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { readSpeedscope } from "../../formats/read_back.js";
import { only, talliesOf } from "../../formats/tallies.js";
import { runReader, startReader } from "../../readers.js";

const profile = freshPath("made.mojo");
const samples = madeSamples("wall");

beforeAll(async () => {
  writeFileSync(profile, await bytesOf(mojo.write(streamOf(samples, { ...METADATA, mode: "wall" }))));
});

/** A browser that does what a line of shell says; `$1` is the address. */
function browser(line: string): string {
  const path = freshPath("browser");
  writeFileSync(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}

/** `austin-view --open` with a browser, where there is no desktop that would know another. */
function openWith(path: string) {
  const none = { DISPLAY: "", WAYLAND_DISPLAY: "", XDG_CURRENT_DESKTOP: "", DESKTOP_SESSION: "" };
  const child = startReader("austin-view", ["--open", profile], { ...none, BROWSER: path, TMPDIR: scratch });
  const said = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  const stop = async (): Promise<unknown[]> => {
    child.kill("SIGINT");
    return once(child, "exit");
  };
  return { child, said, stop };
}

test("a profile that is damaged is served as far as it goes, whatever is asked for, and the command ends as one that can't read it", async () => {
  const path = freshPath("damaged.mojo");
  writeFileSync(path, Buffer.concat([readFileSync(profile), Buffer.of(99)]));
  const child = startReader("austin-view", [path], { TMPDIR: scratch });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
  const ended = once(child, "close");
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  const url = printed.toString().trim();
  // No address at all.
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.end("GET // HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 404 /);
  expect((await fetch(url)).status).toBe(200);
  child.kill("SIGINT");
  expect(await ended).toEqual([66, null]);
  expect(stderr).toMatch(
    /beyond byte \d+: expected an event number .*\nThe file is damaged there.\nThe \d+ whole samples/,
  );
  // What speedscope has no place for is said by who converts, and to nobody who only looks.
  expect(stderr).not.toContain("speedscope has no");
  const converted = await runReader("austin-convert", [profile, "-f", "speedscope"]);
  expect(converted.stderr).toContain("speedscope has no place for metadata.");
});

describe("austin-view --open", () => {
  test("gives the address to the browser, which finds the profile there", async () => {
    const seen = freshPath("seen");
    // Whole from the moment it is there.
    const { child, stop } = openWith(browser(`printf %s "$1" > '${seen}.part' && mv '${seen}.part' '${seen}'`));
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    await expect.poll(() => existsSync(seen), { timeout: 60_000 }).toBe(true);
    const url = readFileSync(seen, "utf8");
    expect(`${url}\n`).toBe(printed.toString());
    expect(await (await fetch(url)).text()).toContain("<html");
    const [, path = ""] = /#profileURL=([^&]+)&title=/.exec(url) ?? [];
    const served = Buffer.from(await (await fetch(new URL(path, url))).arrayBuffer());
    expect(readSpeedscope(served)).toEqual(only(talliesOf(samples), "time", "time", "gc", "taken", "given back"));
    expect(await stop()).toEqual([0, null]);
  });

  test("goes on without a browser, and says so", async () => {
    const { said, stop } = openWith(browser("exit 3"));
    let line = "";
    while (!line.startsWith("No browser")) line = (await said.next()).value ?? "No line";
    expect(line).toMatch(/^No browser could be opened: xdg-open ended with \d+\.$/);
    expect(await stop()).toEqual([0, null]);
  });

  test.each(["--top", "--html=x.html", "--heat=x.html"])("goes with no %s", async (other) => {
    const { code, stderr } = await runReader("austin-view", ["--open", other, profile]);
    expect(code).toBe(64);
    expect(stderr).toContain("--open goes with speedscope alone");
  });
});
