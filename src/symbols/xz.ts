// What xz has packed, by the program of that name: no library on npm unpacks it that is kept up and says its licence, and systems that have such files have the program. In:
// bytes. Out: what they stand for; undefined where the program is missing, or the bytes are damaged, or too much comes of them.
import { execFile } from "node:child_process";

const MOST_BYTES = 256 << 20;
const PATIENCE_MILLISECONDS = 20_000;

export function unpackXz(packed: Uint8Array): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const options = { encoding: "buffer", maxBuffer: MOST_BYTES, timeout: PATIENCE_MILLISECONDS } as const;
    const words = ["--decompress", "--stdout", "--memlimit=256MiB"];
    const child = execFile("xz", words, options, (error, stdout) => resolve(error === null ? stdout : undefined));
    child.stdin?.on("error", () => {});
    child.stdin?.end(packed);
  });
}
