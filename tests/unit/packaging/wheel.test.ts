// A wheel's bytes: what reads them is in tests/live/command/installed.test.ts; here it is that they depend on nothing but what is in it.
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { DRAFT, gatherFacts } from "../../../packaging/facts.js";
import { glibcFloor, STANDALONES, type Standalone, wheelTag } from "../../../packaging/standalones.js";
import { type Tree, textEntry } from "../../../packaging/tree.js";
import { makeWheel, type WheelParts } from "../../../packaging/wheel.js";

const facts = gatherFacts(DRAFT);
const scripts: [string, ReturnType<typeof textEntry>][] = [
  ["b", textEntry("second", true)],
  ["a", textEntry("first", true)],
];

function made(order: (all: typeof scripts) => typeof scripts) {
  const none: Tree = new Map();
  const parts: WheelParts = {
    ...{ tag: "py3-none-any", scripts: new Map(order(scripts)), data: none, modules: none },
    ...{ licenses: new Map([["LICENSE", textEntry("all of it")]]), headers: [], text: "what it is\n" },
  };
  return makeWheel(facts, parts, false);
}

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

it("are the same in any time zone, and in whatever order files came", () => {
  process.env.TZ = "America/St_Johns";
  const { name, bytes } = made((all) => all);
  process.env.TZ = "Asia/Tokyo";
  expect(new Date(0).getHours()).toBe(9);
  expect(Buffer.from(made((all) => [...all].reverse()).bytes).equals(bytes)).toBe(true);
  expect(name).toBe(`austin_ts-${facts.version}-py3-none-any.whl`);
});

it("have a RECORD of every file, at the end", () => {
  const files = unzipSync(made((all) => all).bytes);
  const names = Object.keys(files);
  const record = names.at(-1) as string;
  expect(record).toMatch(/\.dist-info\/RECORD$/);
  const lines = Buffer.from(files[record] as Uint8Array)
    .toString()
    .trim()
    .split("\n");
  expect(lines.map((line) => line.split(",")[0])).toEqual(names);
  for (const [path, hash, size] of lines.slice(0, -1).map((line) => line.split(","))) {
    const bytes = files[path as string] as Uint8Array;
    expect(hash).toBe(`sha256=${createHash("sha256").update(bytes).digest("base64url")}`);
    expect(size).toBe(String(bytes.length));
  }
  expect(lines.at(-1)).toBe(`${record},,`);
});

describe("the C library that an executable asks for", () => {
  const names = (...versions: string[]) => Buffer.from(`\x7fELF\0${versions.map((one) => `GLIBC_${one}\0`).join("")}`);
  const x64 = STANDALONES[0] as Standalone;

  it("is the highest one that it names", () => {
    expect(glibcFloor(names("2.2.5", "2.17", "2.9"))).toEqual([2, 17]);
    expect(wheelTag(x64, names("2.2.5", "2.28"))).toBe("manylinux_2_28_x86_64");
  });

  it("is not that of a text", () => {
    expect(glibcFloor(Buffer.concat([names("2.17"), Buffer.from(" see GLIBC_2.99 \0")]))).toEqual([2, 17]);
  });

  it("is refused where there is none", () => {
    expect(() => glibcFloor(Buffer.from("MZ"))).toThrow("names no version of glibc");
  });

  it("is nothing to musl, macOS and Windows", () => {
    for (const one of STANDALONES.filter(({ platform }) => !/^linux-\w+$/.test(platform)))
      expect(wheelTag(one, names())).toBe(one.wheel);
  });
});
