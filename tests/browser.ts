// A real Chromium for tests of pages. Out: pages that can reach nothing but this machine's loopback and files, and that keep
// account of what they asked for and what went wrong in them. Debian's `chromium`; AUSTIN_TS_REQUIRE_ALL=1 makes a missing one fail.
import type { Browser, Page } from "playwright-core";
import { afterAll } from "vitest";
import { EXECUTABLE, launchBrowser } from "./chromium.js";
import { unlessThere } from "./needs.js";

export const chromiumMissing = unlessThere(EXECUTABLE !== undefined, "Chromium: apt-get install chromium");

export interface WatchedPage {
  readonly page: Page;
  /** Addresses that the page asked for, data: and blob: left out. */
  readonly requests: readonly string[];
  /** Errors that nobody caught, and lines of the console that tell of an error. */
  readonly errors: readonly string[];
}

let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
});

/** How long a page may take for anything. */
const PATIENCE_MILLISECONDS = 120_000;

/** Open a page that has nothing in it; the browser is closed when the test file ends. */
export async function openPage(width = 1000, height = 700): Promise<WatchedPage> {
  browser ??= launchBrowser();
  const context = await (await browser).newContext({ viewport: { width, height } });
  const page = await context.newPage();
  // Where others have the processors, half a minute is too short.
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
  const requests: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, requests, errors };
}
