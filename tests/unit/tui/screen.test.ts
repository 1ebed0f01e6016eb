// Pictures as a terminal shows them: what is written goes to xterm.js, which is not ours, and its cells are compared.
import { Terminal } from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { Cells } from "../../../src/cli/terminal/cells.js";
import { keysIn } from "../../../src/cli/terminal/keys.js";
import { type Doings, press } from "../../../src/cli/tui/actions.js";
import { type Drawn, draw } from "../../../src/cli/tui/screen.js";
import { State } from "../../../src/cli/tui/state.js";
import { SourceFiles } from "../../../src/cli/view/source_lines.js";
import { Gauges } from "../../../src/cli/watching/gauges.js";
import { LiveProfile } from "../../../src/live/index.js";
import type { Frame } from "../../../src/model/frame.js";
import type { Sample } from "../../../src/model/sample.js";

const frame = (scope: string, line = 1, filename = "/app/a.py"): Frame => ({
  kind: "code",
  scope,
  filename,
  location: { line, lineEnd: 0, column: 0, columnEnd: 0 },
});
const MAIN = frame("main");
const STACKS: readonly (readonly [frames: readonly Frame[], microseconds: number, thread: string])[] = [
  [[MAIN, frame("work", 3), frame("inner", 7)], 600, "10"],
  [[MAIN, frame("work", 4)], 300, "10"],
  [[MAIN, frame("rest", 9)], 100, "10"],
  [[frame("run", 2, "/app/pool.py")], 1000, "11"],
];

function sample(frames: readonly Frame[], timeMicroseconds: number, thread: string, threadName?: string): Sample {
  const metrics = { timeMicroseconds, memoryBytes: undefined };
  return {
    pid: 16,
    interpreterId: 0,
    thread,
    ...(threadName !== undefined && { threadName }),
    frames,
    metrics,
    idle: false,
    gc: false,
  };
}

/** A view on a terminal of xterm's. */
class View {
  readonly live = new LiveProfile(
    new Map([
      ["mode", "wall"],
      ["interval", "100"],
      ["python", "3.14.1"],
    ]),
  );
  readonly state = new State(
    this.live,
    {
      command: "python3 app.py",
      ended: undefined,
      isFile: true,
      isElsewhere: false,
      seconds: () => 0,
      printed: () => this.printed,
      save: async () => "",
      line: () => undefined,
    },
    new Gauges(),
  );
  readonly cells: Cells;
  readonly terminal: Terminal;
  drawn: Drawn = { rows: 0, page: 1, functions: [] };
  hasQuit = false;
  saved: readonly unknown[] = [];

  constructor(
    width = 80,
    height = 24,
    options = { hasColours: true, isAscii: false },
    readonly printed = "printed\x1b[2J\x07 this",
  ) {
    this.cells = new Cells(options);
    this.cells.resize(width, height);
    this.terminal = new Terminal({ cols: width, rows: height, allowProposedApi: true });
    for (const [frames, time, thread] of STACKS) this.live.add(sample(frames, time, thread));
  }

  /** Press keys, draw, and read what the terminal shows. */
  async show(keys = ""): Promise<string[]> {
    const doings: Doings = {
      quit: () => {
        this.hasQuit = true;
      },
      suspend: () => {},
      redraw: () => {},
      fileName: () => "offered.mojo",
      save: (...what) => {
        this.saved = what;
      },
      now: () => 0,
      width: () => this.cells.width,
    };
    for (const pressed of keysIn(keys)) {
      press(pressed, this.state, this.drawn, doings);
      this.drawn = draw(this.cells, this.state, new SourceFiles([]), 0);
    }
    this.drawn = draw(this.cells, this.state, new SourceFiles([]), 0);
    await new Promise<void>((resolve) => this.terminal.write(this.cells.changes(), resolve));
    return Array.from(
      { length: this.terminal.rows },
      (_, y) => this.terminal.buffer.active.getLine(y)?.translateToString().trimEnd() ?? "",
    );
  }
}

const KEYS = [
  "l",
  "t",
  "f",
  "g",
  "h",
  "w",
  "d",
  "o",
  "?",
  "!",
  "\r",
  "\x1b",
  "\x1b[C",
  "p",
  "z",
  "k",
  "\t",
  "+",
  "a",
  "b",
  "d",
  "r",
  "v",
  ">",
];

describe("a picture", () => {
  it.each([
    [80, 24],
    [200, 50],
    [40, 8],
    [20, 4],
  ])("of %i x %i is what the terminal shows, key by key", async (width, height) => {
    const view = new View(width, height);
    for (const key of KEYS) expect(await view.show(key), key).toEqual(view.cells.lines());
  });

  it("is ASCII where the terminal has no more", async () => {
    const view = new View(120, 30, { hasColours: false, isAscii: true });
    for (const key of ["", ...KEYS]) expect((await view.show(key)).join("\n"), key).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it("has no colour where none is wanted", async () => {
    const view = new View(120, 30, { hasColours: false, isAscii: false });
    await view.show("f");
    view.cells.resize(120, 30);
    view.drawn = draw(view.cells, view.state, new SourceFiles([]), 0);
    expect(view.cells.changes()).not.toMatch(/[34]8;5/);
  });

  it("changes only cells that have changed", async () => {
    const view = new View();
    await view.show("t");
    draw(view.cells, view.state, new SourceFiles([]), 0);
    expect(view.cells.changes()).toBe("");
  });

  it("is not touched by escape sequences in names, files and what was printed", async () => {
    const view = new View();
    const titles: string[] = [];
    view.terminal.onTitleChange((title) => titles.push(title));
    const evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e</script>";
    view.live.add(sample([frame(evil, 1, evil)], 9000, "12", evil));
    for (const key of ["t", "f", "l", "h", "w", "g", "o", "t\x1b[H\r", "/\x1b]0;typed\x07"]) {
      expect(await view.show(key), key).toEqual(view.cells.lines());
      expect(view.cells.lines()[0]).toContain("Austin TUI");
    }
    expect(titles).toEqual([]);
  });

  it("keeps wide letters in their cells", async () => {
    const view = new View();
    view.live.add(sample([frame("計算する関数", 1, "/app/日本語.py")], 90_000, "10"));
    const lines = await view.show("t");
    expect(lines.some((line) => line.includes("計算する関数 (/app/日本語.py)"))).toBe(true);
  });
});

describe("messages", () => {
  const LONG = `Not saved: EACCES, open '/a/folder/${"with/a/long/path/".repeat(5)}profile.speedscope.json' and so on to the END`;
  const told = (lines: readonly string[]): string => lines.join(" ").replace(/\s+/g, "");

  it.each([
    [80, 24],
    [40, 12],
    [200, 50],
  ])("that are long are whole at %i x %i, and no line of them is cut", async (width, height) => {
    const view = new View(width, height);
    view.state.say(LONG, 0);
    if (width >= 80) expect(told(await view.show("t"))).toContain(LONG.replace(/\s+/g, ""));
    else expect(told(await view.show("t"))).toContain("(!showsall)");
    view.state.messageUntil = 0;
    const all = told(await view.show("!"));
    expect(all).toContain(LONG.replace(/\s+/g, ""));
    // Its end is what is seen at first.
    if (height >= 24) expect(all).toContain("MESSAGES");
    // Esc leads back.
    expect((await view.show("\x1b"))[5]).toContain("OWN▼");
  });

  it("that are short leave the keys beside them", async () => {
    const view = new View();
    view.state.say("Reset.", 0);
    const bar = (await view.show("t")).at(-1) ?? "";
    expect(bar).toMatch(/^Quit Live Top .* Reset\.$/);
  });

  it("of wide letters are broken where cells end", async () => {
    const view = new View(41, 20);
    view.state.say("計".repeat(45), 0);
    const lines = await view.show("t");
    expect(lines).toEqual(view.cells.lines());
    expect(told(lines).match(/計/g)).toHaveLength(45);
  });

  it("are kept, the last hundred of them", async () => {
    const view = new View();
    for (let i = 0; i < 150; i++) view.state.say(`message-${i}.`, 0);
    const all = (await view.show("!")).join("\n");
    expect(all).toContain("message-149.");
    expect(view.state.messages).toHaveLength(100);
  });
});

describe("what was printed", () => {
  it("is broken into lines, whatever is in it", async () => {
    const text = `short\n${"0123456789".repeat(20)}END\n\x1b[31m${"計".repeat(60)}`;
    const view = new View(80, 24, undefined, text);
    const lines = await view.show("o");
    expect(lines).toEqual(view.cells.lines());
    const all = lines.join("");
    expect(all).toContain("END");
    expect(all.match(/計/g)).toHaveLength(60);
    // However much it is, a picture of it takes no time that one would see.
    const much = new View(80, 24, undefined, `${"x".repeat(250_000)}\n`.repeat(1) + "計".repeat(20_000));
    expect((await much.show("o")).join("")).toContain("計");
  });
});

describe("a flame graph of many threads", () => {
  const crowd = (width: number, threads: number, time = (_: number) => 1000): View => {
    const view = new View(width, 24);
    for (let i = 0; i < threads; i++)
      view.live.add(sample([frame("run", 2, "/app/pool.py")], time(i) * 100, (100 + i).toString(16), `worker-${i}`));
    return view;
  };

  it("has the widest of them where all would be too narrow, and says of how much that is", async () => {
    const view = crowd(40, 50);
    const lines = await view.show("g");
    const [, shown, all, share] = /WIDEST (\d+)\/(\d+) THREADS (\d+\.\d)%/.exec(lines[5] as string) ?? [];
    expect(Number(all)).toBe(52);
    expect(Number(shown)).toBeGreaterThan(4);
    expect(Number(share)).toBeCloseTo((100 * Number(shown)) / 50, 0);
    expect(lines[6]).toContain("thre");
    expect(lines.filter((line) => line.startsWith("run "))).toHaveLength(1);
    // Keys walk where frames are.
    expect((await view.show("\x1b[C\x1b[B")).at(-2)).toContain("run (/app/pool.py:2");
  });

  it("has all of them where they have room, and where few have most", async () => {
    expect((await crowd(200, 30).show("g"))[5]).toContain("FOR ALL THREADS");
    const few = crowd(40, 50, (i) => (i === 0 ? 1_000_000 : 1000));
    expect((await few.show("g"))[5]).toContain("FOR ALL THREADS");
  });
});

describe("keys", () => {
  const row = (lines: readonly string[], name: string): string =>
    lines.find((line) => line.includes(` ${name} (`)) ?? "";

  it("show functions by their own time, and by lines, names, total", async () => {
    const view = new View();
    const names = (lines: readonly string[]) =>
      lines.slice(6).flatMap((line) => / (\w+) \(\/app/.exec(line)?.[1] ?? []);
    expect(names(await view.show("t"))).toEqual(["run", "inner", "work", "rest", "main"]);
    expect(names(await view.show(">"))).toEqual(["run", "main", "work", "inner", "rest"]);
    expect(names(await view.show(">"))).toEqual(["inner", "main", "rest", "run", "work"]);
    expect(names(await view.show("v"))).toEqual(["work", "run", "rest", "main", "inner"]);
    expect(row(await view.show("k"), "work")).toContain("work (/app/a.py:4)");
    expect(row(await view.show("k"), "work")).toMatch(/^ +0\.00s +0\.00s +15\.0% +45\.0%/);
  });

  it("go from thread to thread, hide rows below a threshold, and filter", async () => {
    const view = new View();
    expect((await view.show("f"))[0]).toContain("all/2");
    expect((await view.show("\x1b[C"))[0]).toContain("1/2");
    expect(row(await view.show(), "work")).toContain("60.0%");
    expect(row(await view.show("+".repeat(11)), "rest")).toBe("");
    expect(row(await view.show("-"), "rest")).toContain("10.0%");
    expect((await view.show("\x1b[C"))[0]).toContain("2/2");
    const filtered = await view.show("*/inner\r");
    expect(row(filtered, "inner")).toContain("30.0%");
    expect(row(filtered, "rest")).toBe("");
    expect(row(await view.show(`${"-".repeat(10)}/\x7f\x7f\x7f\x7f\x7ff:re*\r`), "rest")).toContain("5.0%");
  });

  it("filter threads by name and id, in every view", async () => {
    const view = new View(120, 30);
    view.live.add(sample([frame("serve", 2, "/app/pool.py")], 4000, "12", "worker-1"));
    view.live.add(sample([frame("serve", 2, "/app/pool.py")], 4000, "13", "worker-2"));
    const named = await view.show("t/t:worker-*\r");
    expect(named[0]).toContain("all/2");
    expect(row(named, "serve")).toContain("100.0%");
    expect(row(named, "run")).toBe("");
    expect((await view.show("h")).filter((line) => /worker-\d/.test(line))).toHaveLength(2);
    expect((await view.show("g")).join("\n")).not.toContain("thread 0:");
    const one = await view.show("t/ t:!worker-2\r");
    expect(one[0]).toContain("all/1");
    expect(row(await view.show("\x1b/t:0x11\r"), "run")).toContain("100.0%");
    // What is no pattern yet is none, and harms nothing.
    expect((await view.show("\x1b/t:[z-a]\x1b[C\r\x1b[C")).at(-1)).toContain("no pattern");
  });

  it("sort by the last seconds where these are shown, and by nothing that isn't", async () => {
    const view = new View(120, 30);
    for (let i = 0; i < 30; i++) view.live.add(sample([frame("old")], 1_000_000, "10"));
    for (let i = 0; i < 8; i++) view.live.add(sample([frame("new")], 1_000_000, "10"));
    const first = (lines: readonly string[]): string => / (\w+) \(\/app/.exec(lines[6] as string)?.[1] ?? "";
    expect(first(await view.show("t"))).toBe("old");
    const recent = await view.show(">>");
    expect(recent[5]).toContain("OWN10s▼");
    expect(first(recent)).toBe("new");
    const narrow = new View(80, 24);
    expect((await narrow.show("t>>"))[5]).toContain("FUNCTION▼");
  });

  it("turn the flame graph over, and walk in it as it stands", async () => {
    const view = new View();
    const rows = async (keys: string): Promise<number[]> => {
      const lines = await view.show(keys);
      return ["thread 0:16", "main", "work", "inner"].map((name) => lines.findIndex((line) => line.includes(name)));
    };
    await view.show("g\x1b[B");
    const down = await rows("");
    const up = await rows("i");
    expect(down).toEqual([...down].sort((a, b) => a - b));
    expect(up).toEqual([...up].sort((a, b) => b - a));
    expect(up[0]).toBe(21);
    expect((await view.show("\x1b[A")).at(-2)).toContain("work (");
    expect((await view.show("\x1b[B")).at(-2)).toContain("main (");
  });

  it("lead from a function to callers, callees and lines, and back", async () => {
    const view = new View();
    await view.show("t\x1b[B\x1b[B");
    const detail = (await view.show("\r")).join("\n");
    expect(detail).toMatch(/work \(\/app\/a\.py\).*CALLED BY \(1\).*main.*CALLS \(1\).*inner.*HOTTEST LINES/s);
    expect((await view.show("\x1b"))[5]).toContain("OWN▼");
  });

  it("walk the flame graph, zoom, and find", async () => {
    const view = new View();
    const below = async (keys: string) => (await view.show(keys)).at(-2) ?? "";
    expect(await below("g")).toContain("thread 0:");
    expect(await below("\x1b[C")).toContain("thread 0:17");
    expect(await below("\x1b[B")).toContain("run (/app/pool.py:2)");
    expect(await below("\x1b[A\x1b[D\x1b[B\x1b[B")).toContain("work (/app/a.py:3)");
    await view.show("\r");
    expect((await view.show())[5]).toContain("zoomed: main → work");
    await view.show("\x1b\x1b");
    expect(await below("/rest\rn")).toContain("rest (/app/a.py:9)");
  });

  it("pause: the picture stays while samples come", async () => {
    const view = new View();
    const before = row(await view.show("tp"), "run");
    view.live.add(sample([frame("run", 2, "/app/pool.py")], 50_000, "11"));
    expect(row(await view.show(), "run")).toBe(before);
    expect(row(await view.show("p"), "run")).not.toBe(before);
  });

  it("compare what came before a mark with what came then", async () => {
    const view = new View();
    for (let i = 0; i < 200; i++) view.live.add(sample([MAIN], 100, "10"));
    await view.show("a");
    for (let i = 0; i < 200; i++) view.live.add(sample([MAIN, frame("new", 1)], 100, "10"));
    const lines = await view.show("d");
    expect(lines.find((line) => line.includes(" new ("))).toMatch(/^ +0\.0% +100\.0% +\+100\.0 .*\* new/);
  });

  it("ask for a file's name, and leave", async () => {
    const view = new View();
    expect((await view.show("s")).at(-1)).toBe("Save all as: offered.mojo_");
    await view.show("\x7f\x7f\x7f\x7f\x7f.pb.gz\r");
    expect(view.saved).toEqual(["offered.pb.gz", undefined]);
    await view.show("e\r");
    expect(view.saved).toEqual(["offered.mojo", 10]);
    // In a line that is typed, letters are letters.
    await view.show("/q");
    expect(view.hasQuit).toBe(false);
    await view.show("\x1bq");
    expect(view.hasQuit).toBe(true);
  });
});
