// A text that is shown again and again in the same place. In: a terminal, and texts. Out: each on a screen of its own, which goes in
// the end and leaves the terminal as it was.

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_REST_OF_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

export class LiveScreen {
  readonly #stream: NodeJS.WriteStream;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Show as much of a text as there is room for. */
  show(text: string): void {
    if (!this.#isShown) {
      this.#stream.write(ENTER);
      // Whatever ends the process by its own will.
      process.on("exit", this.close);
    }
    this.#isShown = true;
    const lines = text.split("\n").slice(0, this.#stream.rows - 1);
    this.#stream.write(`${HOME}${lines.map((line) => `${line}${CLEAR_REST_OF_LINE}\n`).join("")}${CLEAR_BELOW}`);
  }

  /** Leave the terminal as it was. */
  readonly close = (): void => {
    if (this.#isShown) this.#stream.write(LEAVE);
    this.#isShown = false;
    process.off("exit", this.close);
  };
}
