// Names as their sources have them, judged by c++filt: of all functions of libraries that are here. And names that only an attacker makes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadDemangler } from "../../../src/native/demangle.js";
import { titled, unlessThere } from "../../needs.js";
import { compileSums, hasPrograms, rustMissing } from "../../symbols/shapes.js";

const missing = unlessThere(hasPrograms("c++filt", "nm"), "binutils");
/** What every machine with a compiler has, or Node's own. */
const LIBRARY =
  ["/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib/libstdc++.so.6"].find((path) => existsSync(path)) ??
  process.execPath;

/** Without what the two write each in their own way: spaces, and the standard library's short names. */
function bare(name: string): string {
  return name
    .replace(/\[abi:\w+\]/g, "")
    .replace(/std::(?:__cxx11::)?basic_string<char, std::char_traits<char>, std::allocator<char> ?>/g, "std::string")
    .replace(/std::basic_(\w+)<char, std::char_traits<char> ?>/g, "std::$1")
    .replace(/basic_/g, "")
    .replace(/[\s()]|std::__cxx11::|std::/g, "");
}

async function demangled(names: readonly string[]): Promise<string[]> {
  const demangle = (await loadDemangler()) as (name: string) => string;
  return names.map(demangle);
}

describe("names", () => {
  it("are those of their sources: C++, both of Rust's, clones that compilers make", async () => {
    const cases = [
      ["_ZN3foo3barEi", "foo::bar(int)"],
      ["_ZN4core3fmt9Formatter3pad17h3f2c1d0b9a8e7f61E", "core::fmt::Formatter::pad"],
      ["_RNvCs1234_7mycrate3foo", "mycrate::foo"],
      ["_RNvC6_123foo3bar", "123foo::bar"],
      ["_ZN3foo3barEi.cold", "foo::bar(int) [clone .cold]"],
      ["_ZN3foo3barEi.constprop.0", "foo::bar(int) [clone .constprop.0]"],
    ] as const;
    expect(await demangled(cases.map(([name]) => name))).toEqual(cases.map(([, plain]) => plain));
  });

  it.each([
    "qsort_r",
    "_start",
    "libfoo.so+0x1230",
    "_Z",
    "_ZN",
    "_ZNfoo",
    "_R",
    "?",
    "__Zfoo",
    "PyObject_Call.cold",
    "",
  ])("stay as they are: %j", async (name) => {
    expect(await demangled([name])).toEqual([name]);
  });

  it.skipIf(missing !== undefined)(titled("are those that c++filt gives, of a whole library", missing), async () => {
    const { stdout } = spawnSync("nm", ["-D", "--defined-only", "--without-symbol-versions", "-f", "posix", LIBRARY], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const names = stdout.split("\n").flatMap((line) => /^(_Z\w+) [Ttw]/i.exec(line)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(1000);
    const { stdout: judged } = spawnSync("c++filt", [], {
      input: names.join("\n"),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const theirs = judged.split("\n");
    const ours = await demangled(names);
    // Ours have no types of what template functions return.
    const unlike = names.flatMap((name, at) =>
      bare(theirs[at] as string).endsWith(bare(ours[at] as string)) ? [] : `${name}: ${ours[at]} | ${theirs[at]}`,
    );
    expect(unlike.length / names.length, unlike.slice(0, 20).join("\n")).toBeLessThan(0.03);
    expect(ours.filter((name, at) => name === names[at]).length).toBe(0);
  });

  it.skipIf((missing ?? rustMissing) !== undefined)(
    titled("are those that c++filt gives, of a program of Rust", missing ?? rustMissing),
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "names-"));
      const words = ["--defined-only", "-f", "posix", compileSums(join(folder, "sums"))];
      const { stdout } = spawnSync("nm", words, { encoding: "utf8", maxBuffer: 1 << 28 });
      rmSync(folder, { recursive: true });
      const names = stdout.split("\n").flatMap((line) => /^(_[ZR]\S+) [Tt]/.exec(line)?.[1] ?? []);
      expect(names.length).toBeGreaterThan(100);
      const { stdout: judged } = spawnSync("c++filt", [], { input: names.join("\n"), encoding: "utf8" });
      // Ours have no hashes of crates and functions, and no types of constants.
      const short = (name: string) =>
        name.replace(/::h[0-9a-f]{16}(?= |$)|\[[0-9a-f]{1,16}\]|: (?:usize|bool|u\d+|i\d+)(?=[>,])|\s/g, "");
      const theirs = judged.split("\n");
      const ours = await demangled(names);
      expect(ours.map(short)).toEqual(ours.map((_, at) => short(theirs[at] as string)));
      expect(ours.some((one) => /^sums::inner::Wide::total|<sums::inner::Wide>::total/.test(one))).toBe(true);
    },
  );

  it("that no compiler makes come back, as they are or cut, in no time and without all memory", async () => {
    const doubling = `_Z1fI${Array.from({ length: 60 }, (_, i) => `1aIS${i === 0 ? "" : (i - 1).toString(36).toUpperCase()}_S${i === 0 ? "" : (i - 1).toString(36).toUpperCase()}_E`).join("")}Evv`;
    const hostile = [
      doubling,
      `_Z${"N".repeat(3000)}`,
      `_Z1f${"P".repeat(4000)}i`,
      `_Z1f${"F".repeat(2000)}${"E".repeat(2000)}`,
      `_ZN${"1a".repeat(2000)}E`,
      `_RNv${"NvC1a".repeat(500)}`,
      `_RI${"B_".repeat(1000)}`,
      `_ZN${"9".repeat(400)}foo`,
      "_ZN3f\u00f6\u00e4E",
      `_Z${"\ud83d\ude00".repeat(100)}`,
      "_ZN99999999999999999999999999foo",
      "_RNvC1a1\u0000",
      `_ZN3foo${"x".repeat(100_000)}E`,
    ];
    const before = process.memoryUsage.rss();
    const results = await demangled(hostile);
    expect(results.every((one) => typeof one === "string" && one.length < 2e6)).toBe(true);
    expect(process.memoryUsage.rss() - before).toBeLessThan(500e6);
    // And it goes on to work.
    expect(await demangled(["_ZN3foo3barEi"])).toEqual(["foo::bar(int)"]);
  });
});
