// Which file the add-on is loaded from.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { addOnFile } from "../../../src/memory/add_on_file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "add-on-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  return file;
}

it("is the one that came with the package, for this system and processor", () => {
  put("prebuilds/linux-x64.node");
  const path = put("prebuilds/linux-arm64.node");
  expect(addOnFile(folder, "linux", "arm64")).toEqual({ path, origin: "prebuilt" });
});

it("is the one that was built here, where there is one", () => {
  put("prebuilds/linux-x64.node");
  const path = put("native/build/Release/remote_memory.node");
  expect(addOnFile(folder, "linux", "x64")).toEqual({ path, origin: "built" });
});

it("is what should have come with the package, where there is none", () => {
  const path = join(folder, "prebuilds/darwin-arm64.node");
  expect(addOnFile(folder, "darwin", "arm64")).toEqual({ path, origin: "prebuilt" });
});
