// austin-web's page in a real browser: its figures are those of the profile, what one has chosen stays while it changes, no name of the program is more than
// text, and nothing is asked of anybody else.
import { writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { functionLabel, hotSpots, METRICS, StackTree } from "../../src/analysis/index.js";
import { mojo } from "../../src/formats/mojo.js";
import type { Sample } from "../../src/model/sample.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { freshPath } from "../austin.js";
import { chromiumMissing, openPage, type WatchedPage } from "../browser.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../formats/made_profile.js";
import { titled } from "../needs.js";
import { type Python, pythons } from "../pythons.js";
import { startWeb, stopWebs, Watcher, type Web } from "../web.js";

const python = pythons().at(-1) as Python;
const EVIL = `</script><img src=x onerror="document.title='executed'">`;
const BUSY = `
import os, threading
def leaf(n): return sum(range(n))
def first(gate):
    while not os.path.exists(gate): leaf(200)
def second():
    while True: leaf(300)
def worker():
    while True: leaf(100)
threading.Thread(target=worker, daemon=True, name="worker one").start()
`;

async function fileOf(samples: readonly Sample[], mode = "wall"): Promise<string> {
  const path = freshPath("made.mojo");
  writeFileSync(path, await bytesOf(mojo.write(streamOf(samples, { ...METADATA, mode }))));
  return path;
}

async function goto({ url }: Web, width = 1000, height = 800): Promise<WatchedPage> {
  const watched = await openPage(width, height);
  await watched.page.goto(url.href);
  await watched.page.locator("#functions tbody tr").first().waitFor();
  return watched;
}

/** A run of a program that does one thing until it is told, and then another. */
async function run(): Promise<readonly [web: Web, go: () => void]> {
  const [gate, path] = [freshPath("go"), freshPath("program.py")];
  writeFileSync(path, `${BUSY}first(${JSON.stringify(gate)})\nsecond()\n`);
  const web = await startWeb("-i", "1ms", python.path, path);
  await new Watcher(web).until(({ sums }) => sums.samples > 50);
  return [web, () => writeFileSync(gate, "")];
}

function expectQuiet({ requests, errors }: WatchedPage, { url }: Web): void {
  expect(errors).toEqual([]);
  expect(requests.filter((one) => !one.startsWith(url.href))).toEqual([]);
}

const cells = (page: Page): Promise<string[][]> =>
  page.evaluate(
    `[...document.querySelectorAll("#functions tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
  );
const details = (page: Page) => page.locator(".details").textContent();
const samplesShown = async (page: Page): Promise<number> =>
  Number(/([\d,]+) samples/.exec((await page.locator(".figures").textContent()) ?? "")?.[1]?.replaceAll(",", ""));

afterEach(stopWebs);

describe.skipIf(chromiumMissing !== undefined)(titled("the page of a live profile", chromiumMissing), () => {
  it.each(["wall", "full"] as const)("shows what the profile has: %s", async (mode) => {
    const samples = madeSamples(mode);
    const web = await startWeb("--open", await fileOf(samples, mode));
    const watched = await goto(web);
    const { page } = watched;
    await expect.poll(() => samplesShown(page)).toBe(samples.length);
    const tree = new StackTree();
    for (const sample of samples) tree.add(sample);
    const { functions, total } = hotSpots(
      tree.threads,
      METRICS.findIndex(({ name }) => name === "time"),
    );
    const expected = functions
      .filter(({ total: one }) => one !== 0)
      .map(({ function: name, own, total: all }) =>
        [
          formatAmount(own, "microseconds"),
          formatShare(own, total),
          formatAmount(all, "microseconds"),
          formatShare(all, total),
          functionLabel(name),
          name.filename,
        ].join("|"),
      );
    expect(expected.length).toBeGreaterThan(5);
    const shown = async (): Promise<string[]> => (await cells(page)).map((row) => row.join("|")).sort();
    await expect.poll(shown).toEqual(expected.sort());
    expect(await details(page)).toBe(`all: ${formatAmount(total, "microseconds")} (100.00%), of its own 0 us`);
    expectQuiet(watched, web);
  });

  it("takes no name for more than text", async () => {
    const evil = (thread: string): Sample => ({
      pid: 1,
      interpreterId: 0,
      thread,
      threadName: EVIL,
      frames: [
        { kind: "code", scope: EVIL, filename: EVIL, location: { line: 1, lineEnd: 0, column: 0, columnEnd: 0 } },
      ],
      metrics: { timeMicroseconds: 1000, memoryBytes: undefined },
      idle: false,
      gc: false,
    });
    const web = await startWeb("--open", await fileOf([evil("1"), evil("2")]));
    const watched = await goto(web);
    const { page } = watched;
    await page.locator("#functions tbody button").first().click();
    expect(await page.locator(".relatives h2").textContent()).toBe(`${EVIL} ${EVIL}`);
    expect(await page.locator(".thread").nth(1).textContent()).toContain(EVIL);
    await page.getByText("Mark in the graph").click();
    expect(await page.locator(".count").textContent()).toContain("3 functions in 4 places");
    expect(await page.evaluate("document.images.length")).toBe(0);
    expect(await page.title()).not.toBe("executed");
    // Nor may whatever got in do anything.
    await page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(EVIL)})`);
    await expect.poll(() => watched.errors.join()).toMatch(/Content Security Policy/);
    expect(await page.title()).not.toBe("executed");
  });

  it("keeps what one has gone into while figures change", async () => {
    const [web] = await run();
    const watched = await goto(web);
    const { page } = watched;
    await page.locator(".graph .search").fill("worker (");
    await page.locator(".graph .search").press("Enter");
    await page.locator(".chart").focus();
    await page.keyboard.press("Enter");
    const zoomed = /^worker \(.*program\.py\): .*100\.00% of what is shown/;
    await expect.poll(() => details(page)).toMatch(zoomed);
    const [before, at] = [await details(page), await samplesShown(page)];
    await expect.poll(() => samplesShown(page), { timeout: 60_000 }).toBeGreaterThan(at + 100);
    await expect.poll(() => details(page), { timeout: 60_000 }).not.toBe(before);
    expect(await details(page)).toMatch(zoomed);
    expect(await page.locator(".graph .search").inputValue()).toBe("worker (");
    // What calls the function is shown of what comes, too.
    await page.keyboard.press("c");
    await expect.poll(() => details(page)).toMatch(/^all: /);
    const callers = await samplesShown(page);
    await expect.poll(() => samplesShown(page), { timeout: 60_000 }).toBeGreaterThan(callers + 50);
    expect(await page.getByText("Stacks", { exact: true }).count()).toBe(1);
    expectQuiet(watched, web);
  });

  it("pauses, resets, and has windows and threads to choose", async () => {
    const [web, go] = await run();
    const watched = await goto(web);
    const { page } = watched;
    const functions = async (): Promise<(string | undefined)[]> => (await cells(page)).map((row) => row[4]);
    const watcher = new Watcher(web);
    await page.keyboard.press("p");
    expect(await page.locator(".state").textContent()).toBe("paused");
    const paused = await cells(page);
    const { samples } = (await watcher.until(() => true)).sums;
    await watcher.until(({ sums }) => sums.samples > samples + 100);
    expect(await cells(page)).toEqual(paused);
    await page.keyboard.press("p");
    await expect.poll(async () => (await cells(page)).join()).not.toBe(paused.join());
    expect(await page.locator(".state").textContent()).toBe("running");
    // The program goes on to something else: of what was before nothing is left behind a reset.
    go();
    await expect.poll(functions, { timeout: 60_000 }).toContain("second");
    expect(await functions()).toContain("first");
    await page.getByText("Reset", { exact: true }).click();
    await expect.poll(functions, { timeout: 60_000 }).toContain("second");
    expect(await functions()).not.toContain("first");
    expect(await page.locator("select").first().inputValue()).toBe("1");
    // A thread alone has nothing of the others.
    await page.locator(".thread", { hasText: "worker one" }).click();
    await expect.poll(functions).toContain("worker");
    expect(await functions()).not.toContain("second");
    await page.keyboard.press("t");
    await expect.poll(functions).toContain("second");
    // A window of the timeline, by keyboard: one that ends before the reset has nothing of what came behind it.
    await page.locator(".timeline canvas").focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowLeft");
    for (let i = 0; i < 40; i++) await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(functions).not.toContain("second");
    expect(await page.locator("select").first().inputValue()).toBe("4");
    await page.keyboard.press("Escape");
    await expect.poll(functions).toContain("first");
    await page.keyboard.press("w");
    expect(await page.locator("select").first().inputValue()).toBe("1");
    expectQuiet(watched, web);
  });

  it("sorts by any column, filters, and goes from caller to callee", async () => {
    const web = await startWeb("--open", await fileOf(madeSamples("wall")));
    const { page } = await goto(web);
    const column = async (index: number): Promise<string[]> => (await cells(page)).map((row) => row[index] as string);
    await page.locator("th button", { hasText: /^function$/ }).click();
    const names = await column(4);
    expect(names).toEqual([...names].sort());
    await page.locator("th button", { hasText: /^function$/ }).click();
    expect(await column(4)).toEqual(names.toReversed());
    await page.locator("th button", { hasText: /^file$/ }).click();
    const files = await column(5);
    expect(files).toEqual([...files].sort());
    const name = names.at(-1) as string;
    await page.keyboard.press("f");
    await page.keyboard.type(name.toUpperCase());
    expect(await column(4)).toContain(name);
    expect((await column(4)).length).toBeLessThan(names.length);
    await page.locator("#functions tbody button", { hasText: name }).first().click();
    await page.locator(".relatives .part").first().locator("button").first().click();
    const caller = (await page.locator(".relatives h2").textContent()) as string;
    expect(names.some((one) => caller.startsWith(one))).toBe(true);
    await page.getByText("Close", { exact: true }).click();
    expect(await page.locator(".relatives").isVisible()).toBe(false);
    // Files of what is shown.
    await page.getByText("Download", { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("a", { hasText: "profile.mojo" }).first().click(),
    ]);
    expect(download.suggestedFilename()).toBe("profile.mojo");
  });

  it("says how the run has ended, and that nobody is there any more", async () => {
    const path = freshPath("program.py");
    writeFileSync(path, `${BUSY}first("/nowhere")\n`);
    const web = await startWeb("-x", "1", "-i", "1ms", python.path, path);
    const { page } = await goto(web);
    await expect.poll(() => page.locator(".state").textContent(), { timeout: 60_000 }).toMatch(/^ended/);
    await web.end("SIGINT");
    await expect.poll(() => page.locator(".state").textContent()).toBe("austin-web has ended");
    expect(await cells(page)).not.toEqual([]);
  });

  it("fits a phone, in the dark, too", async () => {
    const web = await startWeb("--open", await fileOf(madeSamples("full"), "full"));
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await goto(web, 390, 844);
      await page.emulateMedia({ colorScheme });
      await page.locator("#functions tbody button").first().click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      const paper = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
      expect(paper).toBe(colorScheme === "dark" ? "rgb(28, 30, 33)" : "rgb(255, 255, 255)");
    }
  });
});
