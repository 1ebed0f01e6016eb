// What macOS's calls give, as bytes that a compiler laid out from the system's headers (records.c). In: zig, as native/prebuild.mjs installs it.
// Out: records.json, each record in base64, the same for both processors. `npx vitest run tests/unit/host/darwin.test.ts` compares it; to make
// it anew: AUSTIN_TS_MAKE_RECORDS=1 before that.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openImage } from "../../src/images/open.js";
import { unlessThere } from "../needs.js";
import { projectRoot } from "../pythons.js";
import { bytesSource } from "../unit/images/elf_builder.js";

export const RECORDS = join(projectRoot, "tests/darwin/records.json");
const zigs = join(projectRoot, ".cache/zig");
const ZIG = (existsSync(zigs) ? readdirSync(zigs) : [])
  .map((version) => join(zigs, version, "ziglang/zig"))
  .find((program) => existsSync(program));
export const PROCESSORS = ["aarch64-macos.11.0", "x86_64-macos.10.15"] as const;
export const zigMissing = unlessThere(ZIG !== undefined, "zig: npm run check:prebuilds");

const EXTENT_BYTES = 32;
const NAME_BYTES = 24;
const FACT_BYTES = 48;
const FACT_NAME_BYTES = 40;

function textIn(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1").split("\0")[0] as string;
}

/** Compile for a processor, and read what came of it. */
export function makeRecords(target: (typeof PROCESSORS)[number]): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "records-"));
  try {
    const library = join(folder, "records.o");
    const source = join(projectRoot, "tests/darwin/records.c");
    const cache = join(projectRoot, ".cache/zig/cache");
    const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
    execFileSync(ZIG as string, ["cc", "-target", target, "-c", "-g0", "-Wall", "-Werror", "-o", library, source], {
      env,
    });
    const image = openImage(bytesSource(readFileSync(library)));
    const at = (name: string) => image.fullSymbol(name)?.address ?? 0;
    const records: Record<string, string> = {};
    for (let extent = at("extents"); ; extent += EXTENT_BYTES) {
      const entry = image.read(extent, EXTENT_BYTES);
      const name = textIn(entry.subarray(0, NAME_BYTES));
      if (name === "") return records;
      const bytes = Number(Buffer.from(entry).readBigUInt64LE(NAME_BYTES));
      records[name] = Buffer.from(image.read(at(name), bytes)).toString("base64");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names and numbers of the record `facts`. */
export function factsIn(bytes: Uint8Array): Map<string, number> {
  const facts = new Map<string, number>();
  for (let at = 0; at < bytes.length; at += FACT_BYTES) {
    const number = Number(Buffer.from(bytes).readBigUInt64LE(at + FACT_NAME_BYTES));
    facts.set(textIn(bytes.subarray(at, at + FACT_NAME_BYTES)), number);
  }
  return facts;
}
