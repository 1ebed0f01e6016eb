// A capture takes its name on the thread pool: a file system may take its time to drop what had it. Here that is held up.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CaptureFile } from "../../../src/recording/capture_file.js";

const { renamings } = vi.hoisted(() => ({ renamings: [] as { go: () => void; done: () => void }[] }));
vi.mock("node:fs/promises", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  rename: (from: string, to: string) =>
    new Promise<void>((done) => renamings.push({ go: () => renameSync(from, to), done })),
}));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "capture-name-"));
  path = join(folder, "c.capture");
  renamings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("is closed once it has its name", async () => {
  const file = new CaptureFile(path);
  let isClosed = false;
  const closed = file.close().then(() => {
    isClosed = true;
  });
  await vi.waitFor(() => expect(renamings).toHaveLength(1));
  await new Promise(setImmediate);
  expect([isClosed, file.isThere, existsSync(path)]).toEqual([false, false, false]);
  renamings[0]?.go();
  renamings[0]?.done();
  await closed;
  expect(file.isThere).toBe(true);
  expect(readdirSync(folder)).toEqual(["c.capture"]);
});

it.each([
  ["keeps its name where the process exits before it hears of it", true, ["c.capture"]],
  ["leaves nothing where the process exits before it has it", false, []],
])("%s", async (_, isNamed, left) => {
  const before = process.listeners("exit");
  const file = new CaptureFile(path);
  const [atExit] = process.listeners("exit").filter((listener) => !before.includes(listener));
  void file.close();
  await vi.waitFor(() => expect(renamings).toHaveLength(1));
  if (isNamed) renamings[0]?.go();
  atExit?.call(process, 0);
  expect(readdirSync(folder)).toEqual(left);
});
