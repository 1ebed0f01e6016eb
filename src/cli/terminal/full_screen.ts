// A terminal that is all ours for a while. In: its streams. Out: keys, sizes, and a screen of its own, which goes in the end, whatever ends us: the
// terminal is as it was then. It draws nothing.
import { keysIn, type Pressed } from "./keys.js";

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";
const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";

export interface FullScreenOptions {
  readonly hasMouse: boolean;
  readonly pressed: (pressed: Pressed) => void;
  /** The screen has another size, or is ours again: draw all anew. */
  readonly resized: () => void;
  /** Nobody is at the keyboard any more. */
  readonly ended: () => void;
}

export class FullScreen {
  readonly #options: FullScreenOptions;
  #isOpen = false;

  constructor(options: FullScreenOptions) {
    this.#options = options;
  }

  get width(): number {
    return process.stdout.columns || 80;
  }

  get height(): number {
    return process.stdout.rows || 24;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    process.on("exit", this.close);
    process.on("SIGTSTP", this.suspend);
    process.on("SIGCONT", this.#goOn);
    process.stdin.setRawMode(true);
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", this.#data);
    process.stdin.on("end", this.#options.ended);
    process.stdin.on("error", this.#options.ended);
    process.stdin.resume();
    process.stdout.on("resize", this.#options.resized);
    process.stdout.write(`${ENTER}${this.#options.hasMouse ? MOUSE_ON : ""}`);
  }

  write(text: string): void {
    if (this.#isOpen && text !== "") process.stdout.write(text);
  }

  /** Whether what was written last still waits: then there is no use in more. */
  get isBehind(): boolean {
    return process.stdout.writableLength > 65_536;
  }

  /** Leave the terminal as it was. */
  readonly close = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off("exit", this.close);
    process.off("SIGTSTP", this.suspend);
    process.off("SIGCONT", this.#goOn);
    process.stdout.off("resize", this.#options.resized);
    process.stdin.off("data", this.#data);
    process.stdin.off("end", this.#options.ended);
    process.stdin.off("error", this.#options.ended);
    try {
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing to be put right.
    }
    process.stdin.pause();
    process.stdout.write(`${this.#options.hasMouse ? MOUSE_OFF : ""}${LEAVE}`);
  };

  /** Stop, as Ctrl-Z does, with the terminal as it was; go on when the shell says so. */
  readonly suspend = (): void => {
    this.close();
    process.once("SIGCONT", () => {
      this.open();
      this.#options.resized();
    });
    process.kill(process.pid, "SIGSTOP");
  };

  /** Who was stopped without a word finds the terminal as others have left it. */
  readonly #goOn = (): void => {
    this.close();
    this.open();
    this.#options.resized();
  };

  readonly #data = (text: string): void => {
    for (const pressed of keysIn(text)) this.#options.pressed(pressed);
  };
}
