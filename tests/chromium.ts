// Debian's Chromium, for tests and benches. Knows no test runner.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

export const EXECUTABLE = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** A Chromium without a network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(EXECUTABLE === undefined ? {} : { executablePath: EXECUTABLE }),
    // The sandbox needs another user than root; there is nobody here whose page it were.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-gpu"],
  });
}
