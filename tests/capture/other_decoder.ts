// A build of the decoder with figures of a layout changed: what an earlier version, or a later one, may have been.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../pythons.js";

/**
 * @param layout the layout's file in assembly/layouts
 * @param changes lines of it, and what they are to be
 */
export function otherDecoder(layout: string, changes: Readonly<Record<string, string>>): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), "other-decoder-"));
  try {
    cpSync(join(projectRoot, "assembly"), join(folder, "assembly"), { recursive: true });
    const path = join(folder, "assembly/layouts", layout);
    let text = readFileSync(path, "utf8");
    for (const [from, to] of Object.entries(changes)) {
      if (!text.includes(from)) throw new Error(`${layout} has no ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(path, text);
    const compiler = join(projectRoot, "node_modules/assemblyscript/bin/asc.js");
    const memory = ["--importMemory", "--initialMemory", "2048", "--maximumMemory", "2048"];
    const options = ["--config", "none", "--runtime", "stub", "--noAssert", ...memory];
    const args = [compiler, "assembly/index.ts", "--outFile", "decoder.wasm", ...options];
    execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" });
    return new WebAssembly.Module(new Uint8Array(readFileSync(join(folder, "decoder.wasm"))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
