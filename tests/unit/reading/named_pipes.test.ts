// Pipes by name (FIFO) are waited for without holding the process: whoever would block in `open` or `read` here could not go on to open the other end.
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { InputBytes } from "../../../src/input/input_bytes.js";
import { openPipe } from "../../../src/output/pipe.js";
import { writeWhole } from "../../../src/output/whole_file.js";

const folder = mkdtempSync(join(tmpdir(), "austin-fifo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let pipes = 0;

function newPipe(): string {
  const path = join(folder, `${pipes++}`);
  execFileSync("mkfifo", [path]);
  return path;
}

function openReader(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

it("one that is written is opened once somebody reads it, who is waited for", async () => {
  const path = newPipe();
  let waits = 0;
  const opened = openPipe(path, () => waits++);
  await nextTurn();
  expect(waits).toBe(1);
  const reader = openReader(path);
  const writer = (await opened) as number;
  expect(waits).toBe(1);
  // It holds the pipe open for a plain `open`.
  closeSync(openSync(path, "w"));
  expect(writeSync(writer, "x")).toBe(1);
  closeSync(writer);
  closeSync(reader);
});

it("what is no pipe isn't opened", async () => {
  expect(await openPipe("/dev/null")).toBeUndefined();
  expect(await openPipe(join(folder, "nothing"))).toBeUndefined();
});

it("what can't be looked at is left to whoever opens it, who says why", async () => {
  const path = "/proc/self/comm/nothing";
  expect(await openPipe(path)).toBeUndefined();
  await expect(InputBytes.open(path)).rejects.toMatchObject({ problem: { call: "open", code: "ENOTDIR" } });
});

it("one whose name goes while it is waited for is one no more", async () => {
  const path = newPipe();
  const opened = openPipe(path, () => rmSync(path));
  expect(await opened).toBeUndefined();
});

it("a whole output goes into one", async () => {
  const path = newPipe();
  const written = writeWhole(path, [Buffer.from("all of "), Buffer.from("it")], { isText: true });
  await nextTurn();
  const reader = openReader(path);
  expect(await written).toBe(9);
  const bytes = Buffer.alloc(16);
  expect(bytes.toString("utf8", 0, readSync(reader, bytes))).toBe("all of it");
  closeSync(reader);
});

it("an input is one that nobody writes to yet", async () => {
  const path = newPipe();
  const input = await InputBytes.open(path);
  const read = (async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of input) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  })();
  await nextTurn();
  const writer = openSync(path, "w");
  writeSync(writer, "all of ");
  await nextTurn();
  writeSync(writer, "it");
  closeSync(writer);
  expect(await read).toBe("all of it");
  await input.close();
});

it("an input that nobody ever writes to is closed all the same", async () => {
  const input = await InputBytes.open(newPipe());
  await input.close();
});
