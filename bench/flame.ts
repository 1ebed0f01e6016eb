// How long the flame graph takes to answer in Chromium: a stack 100,000 deep, and 50,000 callees side by side. Prints Markdown: the
// longest of some answers, in milliseconds, from the key to the picture.
//   npm run bench:flame
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "../tests/chromium.js";
import { projectRoot } from "../tests/pythons.js";

const ROUNDS = 10;
const PROFILES: Readonly<Record<string, () => string>> = {
  "100,000 deep": () => `P1;T0:1${";/a.py:recurse:1".repeat(100_000)};/a.py:leaf:2 1000\n`,
  "50,000 wide": () => Array.from({ length: 50_000 }, (_, i) => `P1;T0:1;/a.py:main:1;/a.py:f${i}:2 10\n`).join(""),
};

/** In the page: what a key or a word does, until it is drawn. */
const ANSWER = `async ({ key, word }) => {
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const chart = document.querySelector(".chart");
  const search = document.querySelector(".search");
  await drawn();
  const start = performance.now();
  if (word === undefined) chart.dispatchEvent(new KeyboardEvent("keydown", { key }));
  else {
    search.value = word;
    search.dispatchEvent(new Event("input"));
  }
  await new Promise((resolve) => requestAnimationFrame(resolve));
  document.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1);
  return performance.now() - start;
}`;

const browser = await launchBrowser();
const folder = mkdtempSync(join(tmpdir(), "flame-"));
process.stdout.write("| profile | search | next | zoom | out | keyboard |\n|---|---:|---:|---:|---:|---:|\n");
for (const [name, make] of Object.entries(PROFILES)) {
  const [text, html] = ["text", "html"].map((end) => join(folder, `profile.${end}`)) as [string, string];
  writeFileSync(text, make());
  execFileSync(process.execPath, [join(projectRoot, "dist/bin/austin-view.js"), "--html", html, text]);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(html).href);
  const answer = (what: object) => page.evaluate<number>(`(${ANSWER})(${JSON.stringify(what)})`);
  const longest = async (what: (round: number) => object): Promise<string> => {
    let most = 0;
    for (let round = 0; round < ROUNDS; round++) most = Math.max(most, await answer(what(round)));
    return most.toFixed(0);
  };
  const cells = [
    await longest((round) => ({ word: ["f", "leaf", "f4", "r", "a.py"][round % 5] })),
    await longest(() => ({ key: "n" })),
    await longest((round) => ({ key: round % 2 === 0 ? "Enter" : "n" })),
    await longest((round) => ({ key: round % 2 === 0 ? "Escape" : "Enter" })),
    await longest((round) => ({ key: ["ArrowUp", "ArrowDown", "ArrowRight", "ArrowLeft", "Home"][round % 5] })),
  ];
  process.stdout.write(`| ${name} | ${cells.join(" | ")} |\n`);
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
