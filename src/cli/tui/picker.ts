// Which process to watch, where none was named. In: what the system says of its processes, and keys. Out: a list on the screen, and the one that was
// chosen. The list is made anew every two seconds.
import { host } from "../../host/index.js";
import type { Cells, Look } from "../terminal/cells.js";
import type { Pressed } from "../terminal/keys.js";
import { BOLD, CAP, CAP_LIT, CHOSEN, DIM, EXECUTABLE, FILE, GOOD, LINE, PLAIN, TITLES, WARNING } from "./looks.js";

interface Candidate {
  readonly pid: number;
  readonly user: string;
  readonly ageSeconds: number;
  readonly cpu: number;
  readonly version: string;
  readonly isReadable: boolean;
  readonly words: readonly string[];
}

const TICKS_A_SECOND = 100;
const PERIOD_MILLISECONDS = 2000;

export class Picker {
  #all: readonly Candidate[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #ticks = new Map<number, number>();
  #showsAll = false;
  #filter = "";
  #isTyping = false;
  #cursor = 0;
  #scroll = 0;
  #page = 1;

  constructor(readonly chosen: (pid: number | undefined) => void) {}

  press({ key, at }: Pressed): void {
    if (this.#isTyping) {
      this.#type(key);
      return;
    }
    const rows = this.#rows();
    switch (key.length === 1 ? key.toLowerCase() : key) {
      case "q":
      case "ctrl-c":
        this.chosen(undefined);
        return;
      case "up":
      case "wheelup":
        this.#cursor--;
        break;
      case "down":
      case "wheeldown":
        this.#cursor++;
        break;
      case "pageup":
        this.#cursor -= this.#page;
        break;
      case "pagedown":
        this.#cursor += this.#page;
        break;
      case "home":
        this.#cursor = 0;
        break;
      case "end":
        this.#cursor = rows.length - 1;
        break;
      case "click":
        if (at !== undefined && at.y >= 2) this.#cursor = this.#scroll + at.y - 2;
        break;
      case "f":
      case "/":
        this.#isTyping = true;
        break;
      case "a":
        this.#showsAll = !this.#showsAll;
        break;
      case "r":
        this.#readAt = Number.NEGATIVE_INFINITY;
        break;
      case "enter": {
        const pid = rows[this.#cursor]?.pid;
        if (pid !== undefined) this.chosen(pid);
      }
    }
    this.#cursor = Math.max(0, Math.min(this.#cursor, rows.length - 1));
  }

  #type(key: string): void {
    if (key === "enter") this.#isTyping = false;
    else if (key === "escape" || key === "ctrl-c") {
      this.#isTyping = false;
      this.#filter = "";
    } else if (key === "backspace") this.#filter = this.#filter.slice(0, -1);
    else if (key.length === 1) this.#filter += key;
    this.#cursor = 0;
  }

  #rows(): readonly Candidate[] {
    return this.#all.filter(({ words }) => {
      const line = words.join(" ");
      return (this.#showsAll || line.toLowerCase().includes("python")) && line.includes(this.#filter);
    });
  }

  draw(cells: Cells, now: number): void {
    if (now - this.#readAt > PERIOD_MILLISECONDS) this.#read(now);
    cells.clear();
    const rows = this.#rows();
    cells.put(0, 0, "Austin TUI ", BOLD);
    cells.put(
      11,
      0,
      `choose a process: ${rows.length} of ${this.#all.length} (${this.#showsAll ? "all" : "Python's"})`,
    );
    cells.fill(0, 1, cells.width, TITLES);
    cells.put(
      0,
      1,
      `${"PID".padStart(8)} ${"USER".padEnd(10)}${"AGE".padStart(9)}${"%CPU".padStart(7)} ${"PYTHON".padEnd(8)}   COMMAND LINE`,
      TITLES,
    );
    const page = Math.max(1, cells.height - 3);
    this.#page = page;
    this.#cursor = Math.max(0, Math.min(this.#cursor, rows.length - 1));
    if (this.#cursor < this.#scroll) this.#scroll = this.#cursor;
    if (this.#cursor >= this.#scroll + page) this.#scroll = this.#cursor - page + 1;
    for (const [i, row] of rows.slice(this.#scroll, this.#scroll + page).entries())
      drawCandidate(cells, 2 + i, row, this.#scroll + i === this.#cursor);
    this.#drawBar(cells);
  }

  #drawBar(cells: Cells): void {
    const y = cells.height - 1;
    if (this.#isTyping || this.#filter !== "") {
      const x = cells.put(0, y, "Filter: ", BOLD);
      cells.put(x, y, `${this.#filter}${this.#isTyping ? "_" : "  (F changes it)"}`);
      return;
    }
    let x = 0;
    for (const [cap, word] of [
      ["Enter", "select"],
      ["F", "ilter"],
      ["A", "ll"],
      ["R", "eload"],
      ["Q", "uit"],
    ] as const) {
      x = cells.put(x, y, cap, cap === "A" && this.#showsAll ? CAP_LIT : CAP);
      x = cells.put(x, y, `${word.length > 5 ? " " : ""}${word}  `);
    }
  }

  #read(now: number): void {
    const seconds = (now - this.#readAt) / 1000;
    this.#readAt = now;
    const ticks = new Map<number, number>();
    const found: Candidate[] = [];
    for (const pid of host.processIds()) {
      if (pid === process.pid) continue;
      try {
        const stat = host.readStat(pid);
        const words = host.commandLine(pid);
        if (stat.isKernelThread || words.length === 0) continue;
        ticks.set(pid, stat.ticksRun);
        const before = this.#ticks.get(pid) ?? stat.ticksRun;
        const cpu = Number.isFinite(seconds) ? (100 * (stat.ticksRun - before)) / TICKS_A_SECOND / seconds : 0;
        found.push({
          pid,
          user: host.userName(host.readStatus(pid).user),
          ageSeconds: host.ageSeconds(pid),
          cpu,
          version: versionIn(programOf(pid) ?? words[0] ?? ""),
          isReadable: isReadable(pid),
          words,
        });
      } catch {
        // It has ended meanwhile, or is nothing that we may see.
      }
    }
    this.#ticks = ticks;
    this.#all = found;
  }
}

function programOf(pid: number): string | undefined {
  try {
    return host.executablePath(pid);
  } catch {
    return undefined;
  }
}

function isReadable(pid: number): boolean {
  try {
    // Whoever may read this link may read memory, too: proc(5), PTRACE_MODE_READ_FSCREDS.
    host.executablePath(pid);
    return true;
  } catch {
    return false;
  }
}

/** By the name of its file: nothing of the process is read to show a list. */
function versionIn(path: string): string {
  return (
    /python(\d(?:\.\d+)?)[^/]*$/.exec(path)?.[1] ?? /(?:^|\/)python[^/]*$/.exec(path)?.[0]?.replace("/", "") ?? "--"
  );
}

function age(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)}h${String(Math.floor((seconds / 60) % 60)).padStart(2, "0")}m`;
  return `${Math.floor(seconds / 86_400)}d${Math.floor((seconds / 3600) % 24)}h`;
}

function drawCandidate(cells: Cells, y: number, one: Candidate, isChosen: boolean): void {
  if (isChosen) cells.fill(0, y, cells.width, CHOSEN);
  const look = (wanted: Look): Look => (isChosen ? CHOSEN : wanted);
  let x = cells.put(0, y, String(one.pid).padStart(8), look(PLAIN));
  x = cells.put(x, y, ` ${one.user.padEnd(10).slice(0, 10)}`, look(DIM));
  x = cells.put(x, y, age(one.ageSeconds).padStart(9), look(PLAIN));
  x = cells.put(x, y, one.cpu.toFixed(1).padStart(7), look(one.cpu > 50 ? WARNING : PLAIN));
  x = cells.put(x, y, ` ${one.version.padEnd(8).slice(0, 8)}`, look(GOOD));
  x = cells.put(x, y, one.isReadable ? "   " : " ! ", look(WARNING));
  const [program = "", ...others] = one.words;
  const slash = program.lastIndexOf("/") + 1;
  x = cells.put(x, y, program.slice(0, slash), look(DIM));
  x = cells.put(x, y, program.slice(slash), look(EXECUTABLE));
  for (const word of others) x = cells.put(x, y, ` ${word}`, look(word.startsWith("-") ? LINE : FILE));
}
