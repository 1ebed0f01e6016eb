// The screen of a run or of a file: draws every 0.4 s and behind each key. In: a state, and what ends it. Out: nothing but the screen.
import { Cells } from "../terminal/cells.js";
import { FullScreen } from "../terminal/full_screen.js";
import type { Pressed } from "../terminal/keys.js";
import { takesColour } from "../terminal/terminal.js";
import { SourceFiles } from "../view/source_lines.js";
import { type Doings, press } from "./actions.js";
import { Picker } from "./picker.js";
import { type Drawn, draw } from "./screen.js";
import type { State } from "./state.js";

const PERIOD_MILLISECONDS = 400;

export interface Wishes {
  readonly isAscii: boolean;
  readonly hasMouse: boolean;
}

export class ViewLoop {
  readonly #cells: Cells;
  readonly #screen: FullScreen;
  readonly #sources = new SourceFiles(["."]);
  readonly #timer: NodeJS.Timeout;
  #state: State | undefined;
  #picker: Picker | undefined;
  #drawn: Drawn = { rows: 0, page: 1, functions: [] };
  #numbering = -1;
  #isDue = false;

  /** @param quit told when the user has seen enough */
  constructor(
    wishes: Wishes,
    readonly quit: () => void,
  ) {
    this.#cells = new Cells({ hasColours: takesColour(process.stdout, process.env), isAscii: wishes.isAscii });
    this.#screen = new FullScreen({
      hasMouse: wishes.hasMouse,
      pressed: (pressed) => this.#press(pressed),
      resized: () => this.#anew(),
      ended: quit,
    });
    this.#timer = setInterval(() => this.#draw(), PERIOD_MILLISECONDS);
    this.#screen.open();
    this.#anew();
  }

  /** Let the user choose a process; undefined: none. */
  async choose(): Promise<number | undefined> {
    const pid = await new Promise<number | undefined>((resolve) => {
      this.#picker = new Picker(resolve);
      this.#anew();
    });
    this.#picker = undefined;
    return pid;
  }

  show(state: State): void {
    this.#state = state;
    this.#anew();
  }

  /** Something has changed that is not to wait. */
  soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#screen.close();
  }

  #anew(): void {
    this.#cells.resize(this.#screen.width, this.#screen.height);
    this.#screen.write("\x1b[0m\x1b[2J");
    this.#draw();
  }

  #draw(): void {
    // A slow line shows fewer pictures, and never old ones.
    if (this.#screen.isBehind) return;
    const now = Date.now();
    const state = this.#state;
    if (this.#picker !== undefined) this.#picker.draw(this.#cells, now);
    else if (state !== undefined) {
      if (state.live.numbering !== this.#numbering) {
        this.#numbering = state.live.numbering;
        state.zoom = -1;
        state.chosen = -1;
      }
      if (!state.run.isFile && state.run.ended === undefined)
        state.gauges.look([...new Set(state.live.threads.map(({ pid }) => pid).filter((pid) => pid > 0))], now);
      this.#drawn = draw(this.#cells, state, this.#sources, now);
    } else {
      this.#cells.clear();
      this.#cells.put(0, 0, "Austin TUI", { bold: true });
    }
    this.#screen.write(this.#cells.changes());
  }

  #press(pressed: Pressed): void {
    if (this.#picker !== undefined) this.#picker.press(pressed);
    else if (this.#state !== undefined) press(pressed, this.#state, this.#drawn, this.#doings(this.#state));
    else if (pressed.key === "ctrl-c" || pressed.key === "q") this.quit();
    this.soon();
  }

  #doings(state: State): Doings {
    return {
      quit: this.quit,
      suspend: () => this.#screen.suspend(),
      redraw: () => this.#anew(),
      fileName: (seconds) => {
        const pid = state.live.threads[0]?.pid ?? 0;
        return `austin_${Math.floor(Date.now() / 1000)}_${pid}${seconds === undefined ? "" : `_last${seconds}s`}.mojo`;
      },
      save: (path, seconds) => {
        state.say("Saving...", Date.now());
        void state.run.save(path, seconds).then((said) => {
          state.say(said, Date.now());
          this.soon();
        });
      },
      now: () => Date.now(),
      width: () => this.#cells.width,
    };
  }
}
