// Which files are taken for a code cache: those that nobody but this user can have written. And that it is written whole or not at all, in what
// is ours alone.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, readCache, writeCache } from "../../../src/cli/start/cache_file.js";
import { titled } from "../../needs.js";
import { rootMissing } from "../../users.js";

const NOBODY = 65534;
const bytes = Buffer.from("compiled");
let home: string;
let folder: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cache-"));
  folder = cacheFolder({ HOME: home }) as string;
  file = join(folder, "it.cache");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true });
});

/** A cache as it is written; `change` makes it what nobody should take. */
function isTakenAfter(change: () => void): boolean {
  expect(writeCache(folder, "it", bytes)).toBe(true);
  expect(readCache(folder, "it")).toEqual(bytes);
  change();
  return readCache(folder, "it") !== undefined;
}

describe("the folder", () => {
  it("is the user's own, as the environment has it", () => {
    expect(cacheFolder({ HOME: "/h" })).toBe("/h/.cache/austin-ts");
    expect(cacheFolder({ HOME: "/h", XDG_CACHE_HOME: "/c" })).toBe("/c/austin-ts");
    // A relative one is to be ignored (XDG Base Directory Specification).
    expect(cacheFolder({ HOME: "/h", XDG_CACHE_HOME: "c" })).toBe("/h/.cache/austin-ts");
  });

  it.each([
    ["no home folder is known", {}],
    ["it is an empty name", { HOME: "", XDG_CACHE_HOME: "" }],
    ["Node is to have none either", { HOME: "/h", NODE_DISABLE_COMPILE_CACHE: "1" }],
  ])("is none where %s", (_, variables) => {
    expect(cacheFolder(variables)).toBeUndefined();
  });

  it("is none for programs that are set-user-ID", () => {
    vi.spyOn(process, "geteuid").mockReturnValue((process.getuid?.() ?? 0) + 1);
    expect(cacheFolder({ HOME: "/h" })).toBeUndefined();
  });
});

describe("a cache is written", () => {
  it("for us alone", () => {
    expect(writeCache(folder, "it", bytes)).toBe(true);
    const modes = [join(home, ".cache"), folder, file].map((path) => lstatSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(readdirSync(folder)).toEqual(["it.cache"]);
  });

  it("and the oldest go where there are many", () => {
    for (let i = 0; i < 12; i++) {
      expect(writeCache(folder, `${i}`, bytes)).toBe(true);
      utimesSync(join(folder, `${i}.cache`), i, i);
    }
    writeCache(folder, "it", bytes);
    expect(readdirSync(folder).sort()).toEqual(
      ["10", "11", "5", "6", "7", "8", "9", "it"].map((one) => `${one}.cache`),
    );
  });

  it("or not at all, where there can't be one", () => {
    const place = join(home, "file");
    writeFileSync(place, "");
    for (const one of [join(place, "c"), join(home, "none/none/austin-ts"), "/proc/austin-ts"]) {
      expect(writeCache(one, "it", bytes)).toBe(false);
      expect(readCache(one, "it")).toBeUndefined();
    }
  });
});

describe("a cache is not taken", () => {
  it.each<[string, () => void]>([
    ["that others may read", () => chmodSync(file, 0o640)],
    ["that others may write", () => chmodSync(file, 0o602)],
    [
      "that is elsewhere",
      () => {
        renameSync(file, join(home, "moved"));
        symlinkSync(join(home, "moved"), file);
      },
    ],
    ["that has another name, too", () => linkSync(file, join(home, "other"))],
    [
      "that is a folder",
      () => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
    ["that is larger than any", () => writeFileSync(file, Buffer.alloc((1 << 24) + 1))],
    ["in a folder to which others may add", () => chmodSync(folder, 0o777)],
    [
      "in a folder that is elsewhere",
      () => {
        renameSync(folder, join(home, "moved"));
        symlinkSync(join(home, "moved"), folder);
      },
    ],
  ])("%s", (_, change) => {
    expect(isTakenAfter(change)).toBe(false);
  });

  it.skipIf(rootMissing !== undefined)(
    titled("that another user has written, nor one in another user's folder", rootMissing),
    () => {
      expect(isTakenAfter(() => chownSync(file, NOBODY, NOBODY))).toBe(false);
      expect(isTakenAfter(() => chownSync(folder, NOBODY, NOBODY))).toBe(false);
    },
  );

  it.skipIf(rootMissing !== undefined)(titled("nor left in the home folder of another user", rootMissing), () => {
    chownSync(home, NOBODY, NOBODY);
    expect(writeCache(folder, "it", bytes)).toBe(false);
    expect(existsSync(join(home, ".cache"))).toBe(false);
    mkdirSync(join(home, ".cache"));
    chownSync(join(home, ".cache"), NOBODY, NOBODY);
    expect(writeCache(folder, "it", bytes)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });
});
