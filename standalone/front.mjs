// The front of a standalone executable on Linux (front.c): built by zig, and put into an executable.
//   node standalone/front.mjs             builds standalone/fronts
//   node standalone/front.mjs --check     says whether they are what front.c makes
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ZIG = "0.17.1";
const TARGETS = {
  "linux-x64": { target: "x86_64-linux-gnu", emulation: "elf_x86_64" },
  "linux-arm64": { target: "aarch64-linux-gnu", emulation: "aarch64linux" },
};
const COMPILING =
  "-ffreestanding -fPIC -Os -fno-stack-protector -fno-unwind-tables -fno-asynchronous-unwind-tables -fomit-frame-pointer -fno-sanitize=all -g0".split(
    " ",
  );

const pathOf = (target) => join(HERE, "fronts", `${target}.bin`);

/** Build one. @returns its bytes */
function build(name) {
  const { target, emulation } = TARGETS[name];
  // What native/prebuild.mjs fetches.
  const zig = join(HERE, "../.cache/zig", ZIG, "ziglang/zig");
  if (!existsSync(zig)) throw new Error("there is no compiler: run `npm run check:prebuilds`, which fetches it");
  const place = mkdtempSync(join(tmpdir(), "front-"));
  try {
    const env = {
      ...process.env,
      ZIG_GLOBAL_CACHE_DIR: join(place, "cache"),
      ZIG_LOCAL_CACHE_DIR: join(place, "cache"),
    };
    const [object, linked] = [join(place, "front.o"), join(place, "front.bin")];
    execFileSync(zig, ["cc", "-target", target, ...COMPILING, "-c", "-o", object, "front.c"], { cwd: HERE, env });
    const linking = ["-m", emulation, "--oformat=binary", "-T", join(HERE, "front.ld"), "-o", linked, object];
    execFileSync(zig, ["ld.lld", ...linking], { env });
    return readFileSync(linked);
  } finally {
    rmSync(place, { recursive: true });
  }
}

const PT_LOAD = 1;
const PT_NOTE = 4;
const READ_AND_RUN = 5;
/** Where the code begins; before it is the way to the entry point. */
const CODE = 16;
/** No processor has larger pages. */
const PAGE = 0x10000n;

const align = (number) => (number + PAGE - 1n) & ~(PAGE - 1n);

/**
 * Have an executable begin with the front. @param bytes of a 64-bit ELF file @param name the target's system and processor
 * @returns the file's new bytes @throws Error where it has no segment to spare
 */
export function withFront(bytes, name) {
  const front = readFileSync(pathOf(name));
  const headers = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const all = Array.from({ length: bytes.readUInt16LE(56) }, (_, i) => headers + i * size);
  const kind = (at) => bytes.readUInt32LE(at);
  const spare = all.findLast((at) => kind(at) === PT_NOTE);
  const loads = all.filter((at) => kind(at) === PT_LOAD);
  // Segments that are loaded are in the order of their addresses.
  if (spare === undefined || spare < loads.at(-1)) throw new Error("there is no segment in which the front could lie");
  const address = align(
    loads
      .map((at) => bytes.readBigUInt64LE(at + 16) + bytes.readBigUInt64LE(at + 40))
      .reduce((a, b) => (a > b ? a : b)),
  );
  const offset = align(BigInt(bytes.length));
  const file = Buffer.alloc(Number(offset) + front.length);
  bytes.copy(file);
  front.copy(file, Number(offset));
  file.writeBigInt64LE(bytes.readBigUInt64LE(24) - address, Number(offset));
  file.writeUInt32LE(PT_LOAD, spare);
  file.writeUInt32LE(READ_AND_RUN, spare + 4);
  const length = BigInt(front.length);
  [offset, address, address, length, length, PAGE].forEach(
    (value, i) => void file.writeBigUInt64LE(value, spare + 8 + 8 * i),
  );
  file.writeBigUInt64LE(address + BigInt(CODE), 24);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const others = [];
  for (const name of Object.keys(TARGETS)) {
    const bytes = build(name);
    if (!process.argv.includes("--check")) writeFileSync(pathOf(name), bytes);
    else if (!bytes.equals(readFileSync(pathOf(name)))) others.push(name);
  }
  if (others.length > 0) {
    process.stderr.write(
      `standalone/fronts differs from what front.c makes: ${others.join(", ")}; run \`node standalone/front.mjs\`\n`,
    );
    process.exit(1);
  }
}
