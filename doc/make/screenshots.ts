// The README's pictures: `npm run screenshots`. In: a program that is sampled now, Chromium. Out: doc/screenshots. The figures in them
// are those of the run, so they differ from time to time.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";
import { shootLiveViews } from "./live_screenshots.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pictures = join(root, "doc/screenshots");
const scratch = mkdtempSync(join(tmpdir(), "demo-"));
const program = join(scratch, "example.py");
copyFileSync(join(root, "doc/make/example.py"), program);
const [mojo, capture, flame, heat] = ["example.mojo", "example.capture", "flame.html", "heat.html"].map((name) =>
  join(scratch, name),
) as [string, string, string, string];

const script = (command: string): string => join(root, `dist/bin/${command}.js`);
const run = (command: string, ...args: string[]): string =>
  execFileSync(process.execPath, [script(command), ...args], {
    cwd: scratch,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });

run("austin", "--capture", capture, "-o", mojo, "-i", "1ms", "/usr/bin/python3", program);
run("austin-view", "--html", flame, "--heat", heat, mojo);
const table = run("austin-view", "--top", "-n", "6", "--main-thread", "example.mojo");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  chromiumSandbox: process.getuid?.() !== 0,
});
const page = await browser.newPage({ viewport: { width: 900, height: 420 }, bypassCSP: true });
const shoot = (name: string): Promise<Buffer> => page.screenshot({ path: join(pictures, `${name}.png`) });
const open = (file: string): Promise<unknown> => page.goto(pathToFileURL(file).href);

await open(flame);
await drawn();
await shoot("flame");
await open(heat);
await page.locator("code", { hasText: "def checksum" }).scrollIntoViewIfNeeded();
await page.mouse.wheel(0, 250);
await page.waitForFunction("window.scrollY > 0");
await shoot("heat");
await open(join(root, "dist/web/open.html"));
await page.setInputFiles("#file", capture);
await page.setViewportSize({ width: 900, height: 860 });
await drawn();
await shoot("capture");
await page.setViewportSize({ width: 900, height: 420 });
await showText(page, `$ austin-view --top -n 6 --main-thread example.mojo\n${table}`);
await shoot("top");
const server = spawn(process.execPath, [script("austin-view"), "example.mojo"], {
  cwd: scratch,
  stdio: ["ignore", "pipe", "ignore"],
});
const [address] = (await once(server.stdout, "data")) as [Buffer];
await page.goto(String(address).trim());
await page.waitForFunction("document.title.includes('example.mojo')");
await page.getByText("Left Heavy").click();
// Its canvas is drawn some frames later, and nothing tells.
await page.waitForTimeout(1000);
await shoot("speedscope");
server.kill("SIGINT");
await once(server, "exit");
await shootLiveViews({ page, shoot, script, program, cwd: scratch });
await browser.close();
rmSync(scratch, { recursive: true });

/** The graph is on its canvas. */
async function drawn(): Promise<unknown> {
  return page.waitForFunction(`document.querySelector("canvas")?.width > 300`);
}

async function showText(page: Page, text: string): Promise<void> {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  await page.setContent(
    `<body style="margin:0;background:#1c1e21"><pre style="padding:12px;color:#e6e6e6;font:12px/1.45 'DejaVu Sans Mono'">${escaped}</pre></body>`,
  );
}
