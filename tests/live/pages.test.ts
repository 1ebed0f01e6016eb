// What people see of one profile, in a real browser: the page that decodes captures, flame graphs, sources, speedscope. The program
// spends most of its time in one function, which must be the hottest everywhere. No page asks the network for anything.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { freshPath, runAustin, scratch } from "../austin.js";
import { chromiumMissing, openPage, type WatchedPage } from "../browser.js";
import { titled } from "../needs.js";
import { projectRoot } from "../pythons.js";

const PROGRAM = `import time

def burn(end):
    while time.monotonic() < end:
        sum(range(200))

def wait():
    time.sleep(0.3)

def serve():
    burn(time.monotonic() + 1)
    wait()

serve()
`;
const HOTTEST = "burn";

const [mojo, capture, program] = ["profile.mojo", "run.capture", "app.py"].map(freshPath) as [string, string, string];

function run(command: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(projectRoot, `dist/bin/${command}.js`), ...args], { encoding: "utf8" });
}

async function goto(url: string): Promise<WatchedPage> {
  const watched = await openPage();
  await watched.page.goto(url);
  return watched;
}

const FOUND = "#e754d6";

/** Colours that the flame graph's canvas has, as `#rrggbb`. */
const COLOURS = `(() => {
  const canvas = document.querySelector("canvas");
  const { width, height } = canvas;
  if (width * height === 0) return [];
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 255) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  }
  return [...colours].map((colour) => "#" + colour.toString(16).padStart(6, "0"));
})()`;

/** The flame graph's width on the page, colours of its topmost row from side to side, and that of the paper below. */
const ROOT_ROW = `(() => {
  const canvas = document.querySelector("canvas");
  const context = canvas.getContext("2d");
  const at = (x, y) => context.getImageData(Math.round(x), Math.round(y), 1, 1).data.join();
  const y = (3 * canvas.width) / canvas.clientWidth;
  const inside = [0.02, 0.25, 0.5, 0.75, 0.98].map((part) => at(canvas.width * part, y));
  return { shown: canvas.clientWidth, inside, below: at(canvas.width / 2, canvas.height - 2) };
})()`;
const coloursOf = (page: Page) => page.evaluate<string[]>(COLOURS);

/** WCAG's, 0 to 1, of a colour as `rgb(...)`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((text) => {
    const part = Number(text) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Nothing went wrong, and nothing but this machine's files and `allowed` was asked for. */
function expectQuiet({ requests, errors }: WatchedPage, allowed = "file:"): void {
  expect(errors).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(allowed))).toEqual([]);
}

describe.skipIf(chromiumMissing !== undefined)(titled("pages of a profile", chromiumMissing), () => {
  beforeAll(async () => {
    writeFileSync(program, PROGRAM);
    const { stderr } = await runAustin(["--capture", capture, "-o", mojo, "-i", "1ms", "python3", program]);
    expect(statSync(mojo).size, stderr).toBeGreaterThan(1000);
  });

  it.each([
    ["a capture", () => capture],
    ["a MOJO file", () => mojo],
  ])("decode %s in the page that opens files", async (_, path) => {
    const watched = await goto(pathToFileURL(join(projectRoot, "dist/web/open.html")).href);
    const { page } = watched;
    await page.setInputFiles("#file", path());
    const hottest = page.locator("#functions tbody tr").first().locator(".function");
    expect(await hottest.textContent()).toBe(HOTTEST);
    const { samples, functions } = JSON.parse(run("austin-view", "--top", "--json", mojo));
    expect(functions[0].function).toBe(HOTTEST);
    expect(await page.locator("#status").textContent()).toContain(`${samples} samples`);
    await page.locator(".search").fill(HOTTEST);
    expect(await page.locator(".count").textContent()).toMatch(/^Found: .*, 1 function in \d+ places?$/);
    expectQuiet(watched);
  });

  it("say what a file is not", async () => {
    const { page } = await goto(pathToFileURL(join(projectRoot, "dist/web/open.html")).href);
    await page.setInputFiles("#file", program);
    await page.getByText("neither a MOJO file nor a capture").waitFor();
    const cut = freshPath("cut.mojo");
    writeFileSync(cut, readFileSync(mojo).subarray(0, statSync(mojo).size - 3));
    await page.setInputFiles("#file", cut);
    await page.getByText("It breaks off").waitFor();
    const damaged = freshPath("damaged.mojo");
    writeFileSync(damaged, Buffer.concat([readFileSync(mojo), Buffer.of(99)]));
    await page.setInputFiles("#file", damaged);
    await page.getByText(`It is damaged (byte ${statSync(mojo).size}: expected an event number`).waitFor();
    await page.locator("#functions").waitFor();
  });

  it("find a function in a flame graph, and go into it", async () => {
    const html = freshPath("flame.html");
    run("austin-view", "--html", html, mojo);
    const watched = await goto(pathToFileURL(html).href);
    const { page } = watched;
    const details = page.locator(".details");
    const active = page.locator("[role=treeitem]");
    expect(await coloursOf(page)).not.toContain(FOUND);
    await page.locator(".search").fill("BURN");
    const found = await page.locator(".count").textContent();
    expect(found).toContain("1 function in");
    await expect.poll(() => coloursOf(page)).toContain(FOUND);
    await page.locator(".search").press("Enter");
    expect(await details.textContent()).toMatch(/^burn \(.*app\.py\): /);
    // Zoomed into, it is all that is shown, and what it has is what it had.
    const figure = /: (.*?) \(/.exec((await details.textContent()) as string)?.[1];
    await page.locator(".chart").focus();
    await page.keyboard.press("Enter");
    expect(await details.textContent()).toContain("100.00% of what is shown");
    expect(await details.textContent()).toContain(`: ${figure} (`);
    expect(await page.locator(".count").textContent()).toContain("100.00% of what is shown");
    expect(page.url()).toMatch(/#zoom=\d+&find=BURN$/);
    // The address leads here again.
    const again = await goto(page.url());
    expect(await again.page.locator(".details").textContent()).toBe(await details.textContent());
    await page.keyboard.press("Escape");
    expect(await page.locator(".count").textContent()).toBe(found);
    // To its caller, to what calls that, and back.
    await page.keyboard.press("n");
    await page.keyboard.press("ArrowUp");
    expect(await active.textContent()).toMatch(/^serve /);
    expect(await active.getAttribute("aria-level")).toBe("4");
    await page.keyboard.press("c");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await active.textContent()).toMatch(/^<module> /);
    await page.keyboard.press("c");
    await page.keyboard.press("Home");
    expect(await active.textContent()).toMatch(/^all: /);
    // By mouse.
    await page.locator("canvas").click({ position: { x: 300, y: 19 * 3 + 9 } });
    expect(await details.textContent()).toMatch(/^serve .*100\.00% of what is shown/);
    await page.setViewportSize({ width: 500, height: 600 });
    await expect.poll(() => page.locator("canvas").evaluate((canvas) => canvas.clientWidth)).toBeLessThan(500);
    expect(await active.textContent()).toMatch(/^serve .*100\.00% of what is shown/);
    expectQuiet(watched);
  });

  it("draw stacks that are 100,000 deep, and 50,000 callees side by side", async () => {
    const [deep, wide] = [freshPath("deep.austin"), freshPath("wide.austin")];
    writeFileSync(deep, `P1;T0:1${";/a.py:recurse:1".repeat(100_000)};/a.py:leaf:2 1000\n`);
    const callees = Array.from({ length: 50_000 }, (_, i) => `P1;T0:1;/a.py:main:1;/a.py:f${i}:2 10\n`);
    writeFileSync(wide, callees.join(""));
    for (const [path, total] of [
      [deep, "1 ms"],
      [wide, "500 ms"],
    ] as const) {
      run("austin-view", "--html", `${path}.html`, path);
      const watched = await goto(pathToFileURL(`${path}.html`).href);
      const { page } = watched;
      expect(await page.locator(".details").textContent()).toContain(`all: ${total} (100.00%)`);
      await page.locator(".search").fill(path === deep ? "leaf" : "f49999");
      await page.locator(".search").press("Enter");
      const active = (await page.locator("[role=treeitem]").textContent()) as string;
      expect(active).toContain(path === deep ? "leaf" : "f49999");
      // What is too narrow to be seen is gone into.
      if (path === wide) expect(active).toContain("100.00% of what is shown");
      await expect.poll(() => coloursOf(page)).toContain(FOUND);
      expect(await page.locator(".legend").textContent()).not.toContain("drawn together");
      expectQuiet(watched);
    }
  });

  it("show which line is hot", async () => {
    const html = freshPath("heat.html");
    run("austin-view", "--heat", html, "--sources", dirname(program), mojo);
    const watched = await goto(pathToFileURL(html).href);
    const own = watched.page
      .locator("tr", { has: watched.page.locator("code", { hasText: "sum(range(200))" }) })
      .first();
    expect(await own.getAttribute("style")).toMatch(/background/);
    expect(await own.locator("td").first().textContent()).toMatch(/^\d+\.\d\d%$/);
    expect(await own.locator("td").first().getAttribute("title")).toMatch(/^[\d.]+ (s|ms)$/);
    // The program comes first, libraries behind it.
    const groups = await watched.page.locator(".files tr:first-child th:last-child").allTextContents();
    expect(groups[0]).toBe("The program");
    expect(await watched.page.locator("h2").first().textContent()).toContain("app.py");
    await watched.page.setViewportSize({ width: 390, height: 800 });
    const widths = await watched.page.evaluate("[document.documentElement.scrollWidth, innerWidth]");
    expect(widths).toEqual([390, 390]);
    expectQuiet(watched);
  });

  it.each(["light", "dark"] as const)("can be read in %s colours, by any browser", async (colorScheme) => {
    const [flame, heat] = [freshPath("flame.html"), freshPath("heat.html")];
    run("austin-view", "--html", flame, "--heat", heat, mojo);
    for (const path of [flame, heat, join(projectRoot, "dist/web/open.html")]) {
      // A browser that doesn't know one leaves out the whole declaration.
      expect(readFileSync(path, "utf8")).not.toContain("light-dark(");
      const { page } = await openPage();
      await page.emulateMedia({ colorScheme });
      await page.goto(pathToFileURL(path).href);
      const colourOf = (selector: string, property = "color"): Promise<string> =>
        page.evaluate(`getComputedStyle(document.querySelector("${selector}")).${property}`);
      const paper = luminance(await colourOf("body", "backgroundColor"));
      expect(paper > 0.5).toBe(colorScheme === "light");
      const links = (await page.locator("a").count()) > 0 ? ["a"] : [];
      const notes = (await page.locator(".note").count()) > 0 ? [".note"] : [];
      for (const selector of ["h1", ...notes, ...links]) {
        const text = luminance(await colourOf(selector));
        const contrast = (Math.max(paper, text) + 0.05) / (Math.min(paper, text) + 0.05);
        // What WCAG asks of text.
        expect(contrast, selector).toBeGreaterThan(4.5);
      }
    }
  });

  it.each([
    [390, "light"],
    [390, "dark"],
    [1200, "light"],
    [1200, "dark"],
    [2500, "light"],
    [2500, "dark"],
  ] as const)("have room for a flame graph that is %i pixels wide, in %s colours", async (width, colorScheme) => {
    const html = freshPath("flame.html");
    run("austin-view", "--html", html, mojo);
    const watched = await openPage(width, 800);
    const { page } = watched;
    await page.emulateMedia({ colorScheme });
    await page.goto(pathToFileURL(html).href);
    await page.locator("canvas").waitFor();
    expect(await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")).toEqual([width, width]);
    // Nothing that is to be pressed or read lies beside the page.
    for (const element of await page.locator("button, input, select, label, .details, .count, canvas").all()) {
      const box = await element.boundingBox();
      if (box === null) continue;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
    // The root is one box from side to side, in another colour than the paper, and takes nearly all of the width.
    const row = await page.evaluate<{ shown: number; inside: string[]; below: string }>(ROOT_ROW);
    expect(row.shown).toBeGreaterThan(0.9 * width);
    expect(new Set(row.inside).size).toBe(1);
    expect(row.inside[0]).not.toBe(row.below);
    expectQuiet(watched);
  });

  it("show no difference between a profile and itself", async () => {
    const html = freshPath("diff.html");
    run("austin-diff", "--html", html, mojo, mojo);
    const watched = await goto(pathToFileURL(html).href);
    // Text and lines are grey, too.
    await expect.poll(() => coloursOf(watched.page)).toContain("#dddddd");
    for (const colour of await coloursOf(watched.page)) {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[0-9a-f]{2}/g) ?? []).map((part) =>
        Number.parseInt(part, 16),
      );
      expect(Math.max(red, green, blue) - Math.min(red, green, blue), colour).toBeLessThan(12);
    }
    const { functions } = JSON.parse(run("austin-diff", "--json", mojo, mojo));
    const real = functions.filter(
      (one: { own: { normalised: { beyondSamplingError: boolean } } }) => one.own.normalised.beyondSamplingError,
    );
    expect(real).toEqual([]);
    expectQuiet(watched);
  });

  it("are served in speedscope, to whoever has the address, until SIGINT", async () => {
    const child = spawn(process.execPath, [join(projectRoot, "dist/bin/austin-view.js"), mojo], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: scratch },
    });
    const exited = once(child, "exit");
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    const url = chunk.toString().trim();
    const watched = await goto(url);
    await expect.poll(() => watched.page.title()).toContain("profile.mojo");
    const { origin, pathname } = new URL(url);
    expectQuiet(watched, `${origin}${pathname}`);
    expect((await fetch(`${origin}/profile.speedscope.json`)).status).toBe(404);
    expect((await fetch(`${origin}${pathname}../../package.json`)).status).toBe(404);
    expect((await fetch(`${origin}${pathname}profile.speedscope.json`)).status).toBe(200);
    child.kill("SIGINT");
    expect(await exited).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow();
  });
});
