// Pictures of views of a run: austin-web's page, two windows of it compared, and austin-tui. In: the program, a page of Chromium's. Out: doc/screenshots.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { htmlOfTerminal } from "./terminal_html.js";

/** How long the program runs, and how much of that it does what it doesn't do later. */
const SECONDS = 16;
const EARLIER_SECONDS = 8;
const [COLUMNS, ROWS] = [110, 28];
/** How often a screen is looked at, and how many times. */
const LOOK_MILLISECONDS = 100;
const MOST_LOOKS = 600;

export interface Place {
  readonly page: Page;
  readonly shoot: (name: string) => Promise<unknown>;
  /** Of a command. */
  readonly script: (command: string) => string;
  readonly program: string;
  readonly cwd: string;
}

export async function shootLiveViews(place: Place): Promise<void> {
  await shootWeb(place);
  await shootTui(place);
}

async function shootWeb({ page, shoot, script, program, cwd }: Place): Promise<void> {
  const words = ["-f", "-g", "-i", "1ms", "/usr/bin/python3", program, String(SECONDS), String(EARLIER_SECONDS)];
  const server = spawn(process.execPath, [script("austin-web"), ...words], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [address] = (await once(server.stdout, "data")) as [Buffer];
  await page.setViewportSize({ width: 1000, height: 860 });
  await page.goto(String(address).trim());
  await page.locator("#functions button", { hasText: "checksum" }).first().waitFor();
  const atSecond = (seconds: number): Promise<unknown> =>
    page.waitForFunction(
      `/(\\d+):(\\d+)$/.exec(document.querySelector(".note").textContent)?.slice(1).reduce((sum, one) => 60 * sum + Number(one), 0) >= ${seconds}`,
    );
  await atSecond(EARLIER_SECONDS - 1);
  // What was until here is compared with what comes behind the change.
  await page.keyboard.press("a");
  await page.evaluate("scrollTo(0, 0)");
  await shoot("web");
  await atSecond(SECONDS - 1);
  await page.keyboard.press("d");
  await page.locator("#changes tbody tr").first().waitFor();
  await page.setViewportSize({ width: 1000, height: 760 });
  await page.evaluate(`document.querySelector(".comparison").scrollIntoView()`);
  await shoot("compare");
  await end(server);
}

async function shootTui({ page, shoot, script, program, cwd }: Place): Promise<void> {
  // Its screen is that of a terminal of the system's, as large as this.
  const command = `stty cols ${COLUMNS} rows ${ROWS}; exec ${process.execPath} ${script("austin-tui")} -i 1ms /usr/bin/python3 ${program} 12`;
  const terminal = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, TERM: "xterm-256color", LANG: "C.UTF-8", LC_ALL: "C.UTF-8" },
  });
  const screen = new (createRequire(import.meta.url)("@xterm/headless") as typeof import("@xterm/headless")).Terminal({
    cols: COLUMNS,
    rows: ROWS,
    allowProposedApi: true,
  });
  terminal.stdout.on("data", (bytes: Buffer) => screen.write(bytes));
  const shows = async (text: RegExp): Promise<void> => {
    const lines = (): string =>
      Array.from({ length: ROWS }, (_, y) => screen.buffer.active.getLine(y)?.translateToString() ?? "").join("\n");
    for (let looks = 0; !text.test(lines()); looks++) {
      if (looks > MOST_LOOKS) throw new Error(`austin-tui does not show ${text}:\n${lines()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  };
  await shows(/Samples/);
  terminal.stdin.write("t");
  await shows(/ 00:0[5-9] .*checksum/s);
  await page.setViewportSize({ width: 820, height: 450 });
  await page.setContent(htmlOfTerminal(screen));
  await shoot("tui");
  terminal.stdin.write("q");
  await once(terminal, "exit");
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGINT");
  await once(child, "exit");
}
