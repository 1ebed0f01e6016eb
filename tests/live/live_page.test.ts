// austin-web's page in a real browser: its figures are those of the profile, what one has chosen stays while it changes, no name of the program is more than
// text, and nothing is asked of anybody else.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { functionLabel, hotSpots, METRICS, StackTree } from "../../src/analysis/index.js";
import { mojo } from "../../src/formats/mojo.js";
import type { Sample } from "../../src/model/sample.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { freshPath } from "../austin.js";
import { chromiumMissing, openPage, type WatchedPage } from "../browser.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../formats/made_profile.js";
import { killLeftovers } from "../leftovers.js";
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

/** Half a second of one of many threads. */
function sampleOfThread(thread: number, facts: Pick<Sample, "idle" | "gc">): Sample {
  return {
    pid: 1,
    interpreterId: 0,
    thread: (thread + 1).toString(16),
    threadName: threadName(thread),
    frames: [
      { kind: "code", scope: "f", filename: "/a.py", location: { line: 1, lineEnd: 0, column: 0, columnEnd: 0 } },
    ],
    metrics: { timeMicroseconds: 500_000, memoryBytes: 0 },
    ...facts,
  };
}

function threadName(thread: number): string {
  return `worker-${thread}`;
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

afterEach(async () => {
  await stopWebs();
  // Programs run on when austin-web is killed, and so does austin, which started them. The browser stays.
  killLeftovers((command) => !/chrom/.test(command));
});

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
    // Its samples, and no others, are in a file.
    await page.getByText("Download", { exact: true }).click();
    const part = page
      .locator("a", { hasText: /^window from \d\d:\d\d to/ })
      .and(page.locator("[download='profile.austin']"));
    const text = (await (await fetch(new URL((await part.getAttribute("href")) as string, web.url))).text()) as string;
    expect([text.includes(":first:"), text.includes(":second:")]).toEqual([true, false]);
    await page.getByText("Download", { exact: true }).click();
    await page.locator(".timeline canvas").focus();
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

  it("compares what came before mark A with what came then, and two windows", async () => {
    const [web, go] = await run();
    const watched = await goto(web);
    const { page } = watched;
    const changes = (): Promise<string[][]> =>
      page.evaluate(
        `[...document.querySelectorAll("#changes tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
      );
    const two = (seconds: number) => String(seconds % 60).padStart(2, "0");
    const change = async (name: string): Promise<string> => (await changes()).find((row) => row[7] === name)?.[6] ?? "";
    await page.keyboard.press("d");
    await expect.poll(() => page.locator(".comparison .note").first().textContent()).toContain("No mark is set.");
    await page.keyboard.press("b");
    expect(await page.locator(".message").textContent()).toBe("No mark A is set.");
    await page.keyboard.press("a");
    expect(await page.locator(".message").textContent()).toBe("Mark A is set.");
    const watcher = new Watcher(web);
    const gone = (await watcher.until(({ now }) => now > 3e6)).now / 1e6;
    go();
    // By far more than sampling explains, in both directions.
    await expect.poll(() => change("first"), { timeout: 60_000 }).toMatch(/^−\d.*\*$/);
    await expect.poll(() => change("second"), { timeout: 60_000 }).toMatch(/^\+\d.*\*$/);
    expect(await page.locator("#functions").isVisible()).toBe(false);
    expect(await page.locator(".comparison .legend").textContent()).toContain("more in the second");
    await page.getByLabel("Which changes").selectOption("Less in B");
    const less = (await changes()).map((row) => row[7]);
    expect([less.includes("first"), less.includes("second")]).toEqual([true, false]);
    await page.getByLabel("Which changes").selectOption("All functions");
    // Both sides from the timeline: seconds before the change, and seconds behind it.
    const behind = Math.ceil(gone) + 3;
    await watcher.until(({ now }) => now > 1e6 * (behind + 3));
    const choose = (range: string) => page.evaluate(`location.hash = "window=${range}"`);
    const isChosen = () => expect.poll(() => page.getByLabel("Window", { exact: true }).inputValue()).toBe("4");
    await choose(`0:${Math.floor(gone)}`);
    await isChosen();
    await page.keyboard.press("a");
    await choose(`${behind}:${behind + 3}`);
    await expect
      .poll(() => page.locator(".comparison .note").first().textContent())
      .toContain(` → B: 00:${two(behind)} to 00:${two(behind + 3)}, `);
    await page.keyboard.press("b");
    expect(await page.locator(".message").textContent()).toBe("Mark B is set.");
    await page.locator(".timeline canvas").focus();
    await page.keyboard.press("Escape");
    await expect.poll(() => change("first")).toMatch(/^−\d.*\*$/);
    const fixed = await changes();
    const { samples } = (await watcher.until(() => true)).sums;
    await watcher.until(({ sums }) => sums.samples > samples + 200);
    expect(await changes()).toEqual(fixed);
    // A function leads to its callers, as elsewhere; and back to the profile as a whole.
    await page.locator("#changes button", { hasText: "second" }).click();
    expect(await page.locator(".relatives h2").textContent()).toMatch(/^second /);
    await page.keyboard.press("d");
    await expect.poll(() => page.locator("#functions").isVisible()).toBe(true);
    expect(await page.locator("#changes").isVisible()).toBe(false);
    expectQuiet(watched, web);
  });

  it("shows a function's source with what each line takes, and of which files it may not", async () => {
    const path = freshPath("program.py");
    writeFileSync(path, `${BUSY}first("/nowhere")  # ${EVIL}\n`);
    const shown = await startWeb("-i", "1ms", "--sources", dirname(path), python.path, path);
    const watched = await goto(shown);
    const { page } = watched;
    await page.keyboard.press("s");
    expect(await page.locator(".message").textContent()).toBe("Choose a function first: its source is shown then.");
    await page.locator("#functions tbody button", { hasText: /^leaf$/ }).click();
    await page.keyboard.press("s");
    const rows = (): Promise<string[][]> =>
      page.evaluate(
        `[...document.querySelectorAll(".heat .source tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
      );
    const source = readFileSync(path, "utf8").split("\n");
    await expect.poll(async () => (await rows()).map((row) => row[3])).toEqual(source);
    const leaf = source.findIndex((line) => line.startsWith("def leaf"));
    await expect.poll(async () => (await rows())[leaf]?.[0]).toMatch(/^\d+\.\d\d%$/);
    const background = (line: number) =>
      page.evaluate(`document.querySelectorAll(".heat .source tbody tr")[${line}].style.background`);
    expect(await background(leaf)).toMatch(/^rgba\(240, 110, 40, 0\.\d+\)$/);
    // The first one runs while it is imported.
    expect(await background(source.length - 1)).toBe("");
    expect([await page.title(), await page.evaluate("document.images.length")]).toEqual([
      expect.not.stringContaining("executed"),
      0,
    ]);
    // Figures go on; a line of the list leads to the line of the source.
    const before = await rows();
    await expect.poll(rows, { timeout: 60_000 }).not.toEqual(before);
    await page.locator(".relatives .part").last().locator("button").first().click();
    await expect.poll(() => page.locator(".sought").count()).toBe(1);
    await page.keyboard.press("s");
    expect(await page.locator(".heat").isVisible()).toBe(false);
    expectQuiet(watched, shown);
    const guarded = await startWeb("-i", "1ms", python.path, path);
    const other = (await goto(guarded)).page;
    await other.locator("#functions tbody button", { hasText: /^leaf$/ }).click();
    await other.keyboard.press("s");
    await expect
      .poll(() => other.locator(".heat .warning").textContent())
      .toBe(
        `Sources in '${dirname(path)}' are not shown: a profile may name any file. Start austin-web with --sources FOLDER to show them.`,
      );
    // Lines have figures all the same.
    expect(await other.locator(".heat .source tbody tr").count()).toBeGreaterThan(0);
  });

  it("has a lane for each of 300 threads, with what it does", async () => {
    const samples = Array.from({ length: 20 }, (_, tick) =>
      Array.from({ length: 300 }, (_, thread) =>
        sampleOfThread(thread, { idle: thread === 1, gc: thread === 2 && tick < 10 }),
      ),
    ).flat();
    const path = freshPath("made.mojo");
    writeFileSync(path, await bytesOf(mojo.write(streamOf(samples, { ...METADATA, mode: "full", gc: "on" }))));
    const web = await startWeb("--open", path);
    const watched = await goto(web);
    const { page } = watched;
    await expect.poll(() => page.locator(".lanes summary").textContent()).toBe("Threads over time (300)");
    expect(await page.locator(".lanes .legend").textContent()).toBe("runningwaitingthe collector runs");
    expect(await page.locator(".timeline .legend").textContent()).toMatch(/while the collector ran, 0\.1\d%/);
    const sizes = `(({ clientHeight, scrollHeight }) => [clientHeight, scrollHeight])(document.querySelector(".lane-place"))`;
    expect(await page.evaluate(sizes)).toEqual([180, 5400]);
    // A second is 1/30 of the width; names stand at the left.
    const colour = (row: number, second: number): Promise<unknown> =>
      page.evaluate(
        `(() => { const canvas = document.querySelector(".lane-place canvas");
          const at = Math.round((${second} + 0.9) * canvas.width / 30);
          return [...canvas.getContext("2d").getImageData(at, ${18 * row + 9}, 1, 1).data].slice(0, 3).join(); })()`,
      );
    await expect.poll(() => colour(0, 4)).toBe("47,111,181");
    expect(await colour(1, 4)).toBe("217,222,229");
    expect(await colour(2, 4)).toBe("124,58,237");
    expect(await colour(2, 7)).toBe("47,111,181");
    expect(await colour(0, 20)).toBe("0,0,0");
    // Keys go through them, and what is chosen is scrolled to.
    await page.locator(".lane-place").focus();
    for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowDown");
    expect(await page.locator(".lanes .note").textContent()).toBe(`${threadName(14)}: now sampled`);
    expect(await page.evaluate(`document.querySelector(".lane-place").scrollTop`)).toBe(15 * 18 - 180);
    expect(await page.locator('.thread[aria-pressed="true"]').textContent()).toContain(threadName(14));
    await page.keyboard.press("Escape");
    expect(await page.locator('.thread[aria-pressed="true"]').textContent()).toContain("All threads");
    // So do clicks, and the name of a lane under the pointer is told.
    await page.evaluate(`document.querySelector(".lane-place").scrollTop = 0`);
    await page.locator(".lane-place canvas").hover({ position: { x: 20, y: 27 } });
    expect(await page.locator(".lanes .note").textContent()).toBe(
      "worker-1, second 0: 1 sample, running 0%, waiting 100%",
    );
    await page.locator(".lane-place canvas").click({ position: { x: 20, y: 27 } });
    expect(await page.locator('.thread[aria-pressed="true"]').textContent()).toContain(threadName(1));
    await page.locator(".lanes summary").click();
    expect(await page.locator(".lane-place").isVisible()).toBe(false);
    expectQuiet(watched, web);
  });

  it("has processes to choose, and links that lead to what is shown", async () => {
    const web = await startWeb("--open", await fileOf(madeSamples("full"), "full"));
    const watched = await goto(web);
    const { page } = watched;
    const whole = await cells(page);
    await page.locator(".thread", { hasText: /^process 99/ }).click();
    await expect.poll(() => cells(page)).not.toEqual(whole);
    await page.getByLabel("Metric").selectOption("Time running");
    await page.locator("#functions tbody button").first().click();
    const [shown, name] = [await cells(page), await page.locator(".relatives h2").textContent()];
    await expect.poll(() => page.url()).toContain("&function=");
    const other = await openPage(1000, 800);
    await other.page.goto(page.url());
    await expect.poll(() => cells(other.page)).toEqual(shown);
    expect(await other.page.locator(".relatives h2").textContent()).toBe(name);
    expect(await other.page.getByLabel("Metric").inputValue()).toBe("1");
    // Whatever stands there instead is all.
    await other.page.goto(`${web.url.href}#window=9:3&thread=x&metric=77&function=`);
    await expect.poll(() => cells(other.page)).toEqual(whole);
    expectQuiet(watched, web);
  });

  it("opens in speedscope, which lies beside it and reaches nobody", async () => {
    const web = await startWeb("--open", await fileOf(madeSamples("wall")));
    const { page } = await goto(web);
    await page.getByText("Download", { exact: true }).click();
    const href = (await page.getByText("Open in speedscope").getAttribute("href")) as string;
    const watched = await openPage(1000, 800);
    await watched.page.goto(new URL(href, web.url).href);
    // The page's policy lets nobody wait in it by a text that is evaluated.
    await expect.poll(() => watched.page.title()).toContain("made.mojo");
    expect(watched.requests.some((one) => one.endsWith("/profile.speedscope.json"))).toBe(true);
    expectQuiet(watched, web);
  });

  it("says what its keys do", async () => {
    const web = await startWeb("--open", await fileOf(madeSamples("wall")));
    const { page } = await goto(web);
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog").textContent()).toContain("set mark A");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
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
      for (const key of ["a", "d", "s"]) await page.keyboard.press(key);
      await page.locator("#changes tbody tr").first().waitFor();
      await page.getByText("Download", { exact: true }).click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      const paper = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
      expect(paper).toBe(colorScheme === "dark" ? "rgb(28, 30, 33)" : "rgb(255, 255, 255)");
    }
  });
});
