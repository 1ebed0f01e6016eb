// What people see of one profile, in a real browser: the page that decodes captures, flame graphs, sources, speedscope. The program
// spends most of its time in one function, which must be the hottest everywhere. No page asks the network for anything.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
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
    const frames = page.locator("svg .frame");
    expect(await frames.evaluateAll((all) => all.map((one) => one.getAttribute("name")))).toContain(HOTTEST);
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
    await page.locator(".search").fill("BURN");
    await page.getByText("Found:").waitFor();
    const found = page.locator("svg .frame[name=burn]").first();
    expect(await found.locator("rect").getAttribute("fill")).toBe("#e754d6");
    const width = async () => Number(await page.locator("svg .frame[name=burn]").first().getAttribute("width"));
    const before = await width();
    await found.click();
    await expect.poll(width).toBeGreaterThan(before);
    expectQuiet(watched);
  });

  it("show which line is hot", async () => {
    const html = freshPath("heat.html");
    run("austin-view", "--heat", html, "--sources", dirname(program), mojo);
    const watched = await goto(pathToFileURL(html).href);
    const own = watched.page
      .locator("tr", { has: watched.page.locator("code", { hasText: "sum(range(200))" }) })
      .first();
    expect(await own.getAttribute("style")).toMatch(/background/);
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

  it("show no difference between a profile and itself", async () => {
    const html = freshPath("diff.html");
    run("austin-diff", "--html", html, mojo, mojo);
    const watched = await goto(pathToFileURL(html).href);
    const fills = await watched.page
      .locator("svg rect")
      .evaluateAll((all) => all.map((one) => one.getAttribute("fill")));
    expect(fills.length).toBeGreaterThan(3);
    expect(new Set(fills)).toEqual(new Set(["#dddddd"]));
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
