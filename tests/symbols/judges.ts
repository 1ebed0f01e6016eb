// What others say of the addresses of a binary: GNU's addr2line and LLVM's llvm-symbolizer. In: a file and linked addresses. Out: the functions that each is in, the
// innermost first, with their files and lines; paths as short as they can be.
import { spawnSync } from "node:child_process";
import { posix } from "node:path";
import { unlessThere } from "../needs.js";

export interface JudgedPlace {
  /** The linker's name; "" where it isn't known. */
  readonly name: string;
  /** "" where it isn't known. */
  readonly file: string;
  readonly line: number;
}

function has(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

export const addr2lineMissing = unlessThere(has("addr2line"), "addr2line: apt-get install binutils");
export const symbolizerMissing = unlessThere(has("llvm-symbolizer"), "llvm-symbolizer: apt-get install llvm");
export const compilerMissing = unlessThere(has("g++"), "g++");

function output(program: string, words: readonly string[], input: string): string[] {
  const { stdout, status, stderr } = spawnSync(program, words, {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, DEBUGINFOD_URLS: "" },
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout.split("\n");
}

function placeOf(name: string, text: string): JudgedPlace {
  const [, file = "", line = "0"] = /^(.*?):(\d+|\?)(?::\d+)?(?: \(.*\))?$/.exec(text) ?? [];
  return {
    name: name === "??" ? "" : name,
    file: file === "??" ? "" : posix.normalize(file),
    line: line === "?" ? 0 : Number(line),
  };
}

export function addr2line(file: string, addresses: readonly number[]): JudgedPlace[][] {
  const lines = output(
    "addr2line",
    ["-a", "-f", "-i", "-e", file],
    addresses.map((one) => `0x${one.toString(16)}\n`).join(""),
  );
  const all: JudgedPlace[][] = [];
  for (let at = 0; at < lines.length - 1; ) {
    if (/^0x[0-9a-f]+$/.test(lines[at] as string)) {
      all.push([]);
      at++;
    } else {
      all.at(-1)?.push(placeOf(lines[at] as string, lines[at + 1] as string));
      at += 2;
    }
  }
  return all;
}

export function llvmSymbolizer(file: string, addresses: readonly number[]): JudgedPlace[][] {
  const words = ["--inlines", "--functions=linkage", "--no-demangle", "--output-style=LLVM", "-e", file];
  const lines = output("llvm-symbolizer", words, addresses.map((one) => `0x${one.toString(16)}\n`).join(""));
  const all: JudgedPlace[][] = [];
  let current: JudgedPlace[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at] === "") {
      if (current.length > 0) all.push(current);
      current = [];
      at++;
    } else {
      current.push(placeOf(lines[at] as string, lines[at + 1] as string));
      at += 2;
    }
  }
  return all;
}
